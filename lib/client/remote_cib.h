#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lib/client/cib_client.h"
#include "lib/remote/client.h"

namespace systole::client {

/// Connects and logs in. Asks on the terminal for a password that is not given, if there is one.
/// kNotConnected, kTimeout, kInternal when TLS cannot be agreed on, kProtocol when the daemon takes
/// neither user nor password, or answers with something else.
base::Result<std::unique_ptr<remote::Client>> log_in(const RemoteCibSource& source);

/// The CIB of a cluster elsewhere, whose daemon listens on remote-tls-port or remote-clear-port.
class RemoteCib final : public CibClient {
 public:
  static base::Result<std::unique_ptr<CibClient>> connect(const RemoteCibSource& source,
                                                          std::string_view client_name);

  base::Result<CibAnswer> call(const CibCall& call) override;
  bool is_live() const override { return true; }

 private:
  RemoteCib(std::unique_ptr<remote::Client> connection, std::string_view client_name)
      : connection_(std::move(connection)), client_name_(client_name) {}

  std::unique_ptr<remote::Client> connection_;
  std::string client_name_;
  int last_call_ = 1;
};

}  // namespace systole::client
