#pragma once

#include <corosync/cpg.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/cluster/cluster.h"
#include "lib/cluster/fragments.h"
#include "lib/daemon/event_loop.h"

namespace systole::cluster {

/// A group on CPG.
class CorosyncGroup : public Group {
 public:
  /// Joins. `lost` is called, once, when Corosync is gone.
  static Result<std::unique_ptr<CorosyncGroup>> join(daemon::EventLoop& loop, std::string_view name,
                                                     Handlers handlers,
                                                     std::function<void(const Error&)> lost);
  ~CorosyncGroup() override;
  CorosyncGroup(const CorosyncGroup&) = delete;
  CorosyncGroup& operator=(const CorosyncGroup&) = delete;

  Result<void> multicast(std::string bytes) override;
  std::size_t message_size_max() const override;
  std::size_t waiting_bytes() const override { return sender_.waiting_bytes(); }

 private:
  struct Piece {
    Member sender;
    std::string bytes;
  };
  using Delivery = std::variant<Piece, View, Ring>;

  CorosyncGroup(daemon::EventLoop& loop, std::string_view name, Handlers handlers,
                std::function<void(const Error&)> lost, std::size_t piece_size);

  Result<void> start(cpg_handle_t handle, std::uint32_t node);
  static void on_deliver(cpg_handle_t handle, const cpg_name* group, std::uint32_t node,
                         std::uint32_t pid, void* bytes, std::size_t size);
  static void on_change(cpg_handle_t handle, const cpg_name* group, const cpg_address* members,
                        std::size_t member_count, const cpg_address* left, std::size_t left_count,
                        const cpg_address* joined, std::size_t joined_count);
  static void on_ring(cpg_handle_t handle, cpg_ring_id ring, std::uint32_t node_count,
                      const std::uint32_t* nodes);
  void dispatch();
  void deliver(const Piece& piece);
  void deliver(const View& view);
  void deliver(const Ring& ring);
  void send_waiting();
  void fail(const Error& error);

  daemon::EventLoop& loop_;
  std::string name_;
  Handlers handlers_;
  std::function<void(const Error&)> lost_;
  cpg_handle_t handle_ = 0;
  bool joined_ = false;
  bool failed_ = false;
  Member self_;
  FragmentSender sender_;
  FragmentAssembler assembler_;
  std::vector<Delivery> deliveries_;  // what one dispatch brought
  daemon::Watch watch_;
  daemon::Timer retry_;
  std::chrono::milliseconds retry_delay_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace systole::cluster
