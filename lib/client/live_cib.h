#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/client/cib_client.h"
#include "lib/ipc/client.h"
#include "lib/ipc/endpoints.h"

namespace systole::client {

/// The cluster's CIB over IPC, with synchronous calls.
class LiveCib final : public CibClient {
 public:
  static base::Result<std::unique_ptr<CibClient>> connect(
      std::string_view client_name, std::string_view service = ipc::endpoint::kCibReadWrite);

  base::Result<CibAnswer> call(const CibCall& call) override;
  bool is_live() const override { return true; }

 private:
  explicit LiveCib(std::unique_ptr<ipc::Client> connection) : connection_(std::move(connection)) {}

  std::unique_ptr<ipc::Client> connection_;
  std::string client_id_;
  // The registration is call 1.
  int last_call_ = 1;
};

}  // namespace systole::client
