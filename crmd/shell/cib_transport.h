#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/ipc/server.h"

namespace systole::crmd {

/// A way on which clients of the CIB are reached. The members mean what those of ipc::Server do.
class CibTransport {
 public:
  virtual ~CibTransport() = default;

  virtual const std::string& name() const = 0;
  virtual base::Result<void> respond(ipc::ConnectionId connection, std::int32_t request,
                                     std::string_view text) = 0;
  virtual base::Result<void> send_event(ipc::ConnectionId connection, std::string_view text) = 0;
  virtual void broadcast(const std::vector<ipc::ConnectionId>& connections, std::string_view text,
                         std::string_view replace_key) = 0;
};

/// Processes of this node, over libqb.
class LocalCibTransport final : public CibTransport {
 public:
  explicit LocalCibTransport(std::unique_ptr<ipc::Server> server) : server_(std::move(server)) {}

  const std::string& name() const override { return server_->name(); }
  base::Result<void> respond(ipc::ConnectionId connection, std::int32_t request,
                             std::string_view text) override {
    return server_->respond(connection, request, text);
  }
  base::Result<void> send_event(ipc::ConnectionId connection, std::string_view text) override {
    return server_->send_event(connection, text);
  }
  void broadcast(const std::vector<ipc::ConnectionId>& connections, std::string_view text,
                 std::string_view replace_key) override {
    server_->broadcast(connections, text, replace_key);
  }

 private:
  std::unique_ptr<ipc::Server> server_;
};

}  // namespace systole::crmd
