#include "lib/cluster/corosync_group.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cluster/corosync_error.h"

namespace systole::cluster {

using base::cat;
using base::log;
using base::LogLevel;

namespace {

constexpr std::chrono::milliseconds kJoinLimit{10000};
constexpr std::chrono::milliseconds kRetryFirst{1};
constexpr std::chrono::milliseconds kRetryMax{50};
// CPG takes about a mebibyte; smaller pieces let others' messages through in between.
constexpr std::size_t kPieceMax = std::size_t{256} << 10;
constexpr std::size_t kMessageMax = std::size_t{128} << 20;
constexpr std::size_t kWaitingMax = std::size_t{256} << 20;
// Callbacks handled before other descriptors get their turn.
constexpr int kDispatchesPerWake = 64;

Member to_member(const cpg_address& address) {
  return {.node = NodeNumber(address.nodeid), .pid = address.pid};
}

LeaveReason to_reason(std::uint32_t reason) {
  switch (reason) {
    case CPG_REASON_LEAVE:
      return LeaveReason::kLeft;
    case CPG_REASON_PROCDOWN:
      return LeaveReason::kProcessDown;
    default:
      return LeaveReason::kNodeDown;
  }
}

CorosyncGroup* of(cpg_handle_t handle) {
  void* context = nullptr;
  if (cpg_context_get(handle, &context) != CS_OK) return nullptr;
  return static_cast<CorosyncGroup*>(context);
}

}  // namespace

Result<std::unique_ptr<CorosyncGroup>> CorosyncGroup::join(daemon::EventLoop& loop,
                                                           std::string_view name, Handlers handlers,
                                                           std::function<void(const Error&)> lost) {
  if (name.empty() || name.size() >= CPG_MAX_NAME_LENGTH) {
    return Error{Errc::kInvalidArgument, cat("'", name, "' cannot be the name of a group")};
  }
  cpg_model_v1_data_t model = {};
  model.model = CPG_MODEL_V1;
  model.cpg_deliver_fn = on_deliver;
  model.cpg_confchg_fn = on_change;
  model.cpg_totem_confchg_fn = on_ring;
  model.flags = CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF;
  cpg_handle_t handle = 0;
  cs_error_t code = retry(kJoinLimit, [&] {
    return cpg_model_initialize(&handle, CPG_MODEL_V1, reinterpret_cast<cpg_model_data_t*>(&model),
                                nullptr);
  });
  if (code != CS_OK) return corosync_error(cat("cannot join group ", name), code);
  std::uint32_t limit = 0;
  unsigned node = 0;
  code = cpg_max_atomic_msgsize_get(handle, &limit);
  if (code == CS_OK) code = retry(kJoinLimit, [&] { return cpg_local_get(handle, &node); });
  if (code != CS_OK) {
    cpg_finalize(handle);
    return corosync_error(cat("cannot join group ", name), code);
  }
  const std::size_t piece_size = std::min<std::size_t>(limit, kPieceMax);
  std::unique_ptr<CorosyncGroup> group(
      new CorosyncGroup(loop, name, std::move(handlers), std::move(lost), piece_size));
  const auto started = group->start(handle, node);
  if (!started) return started.error();
  return group;
}

CorosyncGroup::CorosyncGroup(daemon::EventLoop& loop, std::string_view name, Handlers handlers,
                             std::function<void(const Error&)> lost, std::size_t piece_size)
    : loop_(loop),
      name_(name),
      handlers_(std::move(handlers)),
      lost_(std::move(lost)),
      sender_(piece_size),
      assembler_(kMessageMax),
      retry_delay_(kRetryFirst) {}

CorosyncGroup::~CorosyncGroup() {
  *alive_ = false;
  watch_.cancel();
  if (handle_ == 0) return;
  if (joined_ && !failed_) {
    cpg_name group = {};
    group.length = static_cast<std::uint32_t>(name_.size());
    std::memcpy(group.value, name_.data(), name_.size());
    // Without the leave, the others would be told that this process died.
    const cs_error_t code =
        retry(std::chrono::milliseconds(1000), [&] { return cpg_leave(handle_, &group); });
    if (code != CS_OK) {
      log(LogLevel::kWarning, corosync_error(cat("cannot leave group ", name_), code).message,
          ", ignoring");
    }
  }
  cpg_finalize(handle_);
}

Result<void> CorosyncGroup::start(cpg_handle_t handle, std::uint32_t node) {
  handle_ = handle;
  self_ = {.node = NodeNumber(node), .pid = static_cast<std::uint32_t>(getpid())};
  cpg_context_set(handle_, this);
  int fd = -1;
  cs_error_t code = cpg_fd_get(handle_, &fd);
  if (code != CS_OK) return corosync_error(cat("cannot join group ", name_), code);
  auto watch = loop_.watch(fd, {.readable = true}, [this](daemon::Readiness) { dispatch(); });
  if (!watch) return watch.error();
  watch_ = std::move(*watch);
  cpg_name group = {};
  group.length = static_cast<std::uint32_t>(name_.size());
  std::memcpy(group.value, name_.data(), name_.size());
  code = retry(kJoinLimit, [&] { return cpg_join(handle_, &group); });
  if (code != CS_OK) return corosync_error(cat("cannot join group ", name_), code);
  joined_ = true;
  return {};
}

void CorosyncGroup::on_deliver(cpg_handle_t handle, const cpg_name*, std::uint32_t node,
                               std::uint32_t pid, void* bytes, std::size_t size) {
  CorosyncGroup* self = of(handle);
  if (self == nullptr) return;
  self->deliveries_.emplace_back(Piece{.sender = {.node = NodeNumber(node), .pid = pid},
                                       .bytes{static_cast<const char*>(bytes), size}});
}

void CorosyncGroup::on_change(cpg_handle_t handle, const cpg_name*, const cpg_address* members,
                              std::size_t member_count, const cpg_address* left,
                              std::size_t left_count, const cpg_address* joined,
                              std::size_t joined_count) {
  CorosyncGroup* self = of(handle);
  if (self == nullptr) return;
  View view;
  for (std::size_t i = 0; i < member_count; ++i) view.members.push_back(to_member(members[i]));
  for (std::size_t i = 0; i < joined_count; ++i) view.joined.push_back(to_member(joined[i]));
  for (std::size_t i = 0; i < left_count; ++i) {
    view.left.push_back({.member = to_member(left[i]), .reason = to_reason(left[i].reason)});
  }
  std::sort(view.members.begin(), view.members.end());
  self->deliveries_.emplace_back(std::move(view));
}

void CorosyncGroup::on_ring(cpg_handle_t handle, cpg_ring_id ring, std::uint32_t,
                            const std::uint32_t*) {
  CorosyncGroup* self = of(handle);
  if (self == nullptr) return;
  self->deliveries_.emplace_back(Ring{.node = ring.nodeid, .sequence = ring.seq});
}

void CorosyncGroup::dispatch() {
  // Handlers run after libcpg's own call has returned, since they may destroy this group.
  const auto alive = alive_;
  cs_error_t code = CS_OK;
  for (int i = 0; i < kDispatchesPerWake && code == CS_OK; ++i) {
    code = cpg_dispatch(handle_, CS_DISPATCH_ONE_NONBLOCKING);
  }
  const std::vector<Delivery> deliveries = std::exchange(deliveries_, {});
  for (const Delivery& delivery : deliveries) {
    std::visit([this](const auto& value) { deliver(value); }, delivery);
    if (!*alive) return;
  }
  if (code != CS_OK && !is_transient(code)) {
    fail(corosync_error(cat("lost group ", name_), code));
    return;
  }
  if (!deliveries.empty()) retry_delay_ = kRetryFirst;
  send_waiting();
}

void CorosyncGroup::deliver(const Piece& piece) {
  if (failed_) return;
  if (piece.sender == self_) sender_.delivered(piece.bytes);
  auto messages = assembler_.add(piece.sender, piece.bytes);
  if (!messages) {
    if (messages.error().code == Errc::kNeedResync) {
      fail({Errc::kNeedResync, cat("lost track of group ", name_, ": ", messages.error().message)});
    } else {
      log(LogLevel::kWarning, "group ", name_, ": ", messages.error().message, ", ignoring");
    }
    return;
  }
  const auto alive = alive_;
  for (std::string& message : *messages) {
    if (handlers_.on_message) handlers_.on_message(piece.sender, std::move(message));
    if (!*alive) return;
  }
}

void CorosyncGroup::deliver(const View& view) {
  assembler_.view(view);
  if (!view.joined.empty()) sender_.members_joined();
  if (handlers_.on_view && !failed_) handlers_.on_view(view);
}

void CorosyncGroup::deliver(const Ring& ring) {
  assembler_.ring_changed(ring);
  sender_.ring_changed(ring);
}

Result<void> CorosyncGroup::multicast(std::string bytes) {
  if (failed_) return Error{Errc::kNotConnected, cat("group ", name_, " is lost")};
  if (bytes.size() > kMessageMax) {
    return Error{Errc::kTooLarge, cat("a message of ", bytes.size(), " bytes to group ", name_,
                                      " is over the limit of ", kMessageMax)};
  }
  if (sender_.waiting_bytes() + bytes.size() > kWaitingMax) {
    return Error{Errc::kBusy, cat("group ", name_, ": ", sender_.waiting_bytes(),
                                  " bytes are waiting to be sent")};
  }
  sender_.push(std::move(bytes));
  send_waiting();
  return {};
}

std::size_t CorosyncGroup::message_size_max() const {
  return kMessageMax;
}

void CorosyncGroup::send_waiting() {
  if (failed_) return;
  while (auto piece = sender_.next()) {
    const iovec bytes = {piece->bytes.data(), piece->bytes.size()};
    const cs_error_t code = cpg_mcast_joined(handle_, CPG_TYPE_AGREED, &bytes, 1);
    if (code == CS_OK) {
      sender_.sent(*piece);
      retry_delay_ = kRetryFirst;
      continue;
    }
    if (!is_transient(code)) {
      // The caller may be in the middle of something; it learns of the loss from the loop.
      loop_.post([this, alive = alive_, error = corosync_error(cat("lost group ", name_), code)] {
        if (*alive) fail(error);
      });
      return;
    }
    if (!retry_.pending()) {
      retry_ = loop_.call_after(retry_delay_, [this] { send_waiting(); });
      retry_delay_ = std::min(retry_delay_ * 2, kRetryMax);
    }
    return;
  }
}

void CorosyncGroup::fail(const Error& error) {
  if (failed_) return;
  failed_ = true;
  watch_.cancel();
  retry_.cancel();
  lost_(error);
}

}  // namespace systole::cluster
