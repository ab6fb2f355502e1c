#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/client/fencer_message.h"

namespace systole::ipc {
class Client;
}

namespace systole::fencing {

/// A tool's connection to the fencer of this node. Blocks.
class FencerConnection {
 public:
  /// Connects and registers as `name`. kNotConnected when there is no fencer.
  static base::Result<std::unique_ptr<FencerConnection>> open(std::string_view name);
  ~FencerConnection();
  FencerConnection(const FencerConnection&) = delete;
  FencerConnection& operator=(const FencerConnection&) = delete;

  /// Asks and waits for the reply as long as the fencer says it can take. A null `input` sends
  /// none.
  base::Result<xml::Document> call(client::FencerCall call, const xml::Document* input);

 private:
  explicit FencerConnection(std::unique_ptr<ipc::Client> client);

  std::unique_ptr<ipc::Client> client_;
  int last_call_ = 1;
};

}  // namespace systole::fencing
