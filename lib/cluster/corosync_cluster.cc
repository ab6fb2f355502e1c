#include <corosync/cfg.h>
#include <corosync/quorum.h>
#include <corosync/votequorum.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cluster/cluster.h"
#include "lib/cluster/cmap.h"
#include "lib/cluster/corosync_error.h"
#include "lib/cluster/corosync_group.h"
#include "lib/daemon/event_loop.h"

namespace systole::cluster {

using base::cat;
using base::log;
using base::LogLevel;

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

class CorosyncCluster : public Cluster {
 public:
  CorosyncCluster(daemon::EventLoop& loop, std::unique_ptr<Cmap> cmap)
      : loop_(loop), cmap_(std::move(cmap)) {}
  ~CorosyncCluster() override;

  Result<void> connect(std::chrono::milliseconds limit);

  NodeNumber local_node() const override { return local_; }
  const std::string& local_name() const override { return local_name_; }
  const std::string& name() const override { return name_; }
  std::vector<ConfiguredNode> nodes() const override { return nodes_; }
  const Quorum& quorum() const override { return quorum_; }
  Result<void> start(Handlers handlers) override;
  Result<std::unique_ptr<Group>> join(std::string_view name, Group::Handlers handlers) override;

 private:
  static void quorum_notified(quorum_handle_t handle, std::uint32_t quorate, std::uint64_t ring,
                              std::uint32_t count, std::uint32_t* members);
  static void votes_notified(votequorum_handle_t handle, std::uint64_t context,
                             std::uint32_t expected_votes);
  static void stop_asked(corosync_cfg_handle_t handle, corosync_cfg_shutdown_flags_t flags);

  Result<void> watch(int fd, std::function<cs_error_t()> dispatch, std::string_view what);
  void dispatched(cs_error_t code, std::string_view what);
  Result<void> read_expected_votes();
  void report_quorum();
  void report_nodes();
  void answer_stop();
  void lose(const Error& error);

  daemon::EventLoop& loop_;
  Handlers handlers_;
  std::unique_ptr<Cmap> cmap_;
  std::optional<quorum_handle_t> quorum_handle_;
  std::optional<votequorum_handle_t> votes_handle_;
  std::optional<corosync_cfg_handle_t> cfg_handle_;
  NodeNumber local_;
  std::string local_name_;
  std::string name_;
  std::vector<ConfiguredNode> nodes_;
  Quorum quorum_;
  bool quorum_changed_ = false;
  bool nodes_changed_ = false;
  bool stop_question_ = false;
  bool lost_ = false;
  std::vector<daemon::Watch> watches_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  // cfg's callbacks carry no context; a process has one connection.
  static CorosyncCluster* cfg_user_;
};

CorosyncCluster* CorosyncCluster::cfg_user_ = nullptr;

CorosyncCluster::~CorosyncCluster() {
  *alive_ = false;
  watches_.clear();
  if (cfg_user_ == this) cfg_user_ = nullptr;
  if (quorum_handle_) quorum_finalize(*quorum_handle_);
  if (votes_handle_) votequorum_finalize(*votes_handle_);
  if (cfg_handle_) corosync_cfg_finalize(*cfg_handle_);
}

Result<void> CorosyncCluster::connect(std::chrono::milliseconds limit) {
  corosync_cfg_callbacks_t cfg_callbacks = {.corosync_cfg_shutdown_callback = stop_asked};
  corosync_cfg_handle_t cfg = 0;
  cs_error_t code = retry(limit, [&] { return corosync_cfg_initialize(&cfg, &cfg_callbacks); });
  if (code != CS_OK) return corosync_error("cannot connect to Corosync", code);
  cfg_handle_ = cfg;
  unsigned number = 0;
  code = retry(limit, [&] { return corosync_cfg_local_get(cfg, &number); });
  if (code != CS_OK) return corosync_error("cannot learn this node's number", code);
  local_ = NodeNumber(number);

  quorum_callbacks_t quorum_callbacks = {.quorum_notify_fn = quorum_notified};
  quorum_handle_t quorum = 0;
  std::uint32_t type = QUORUM_FREE;
  code = retry(limit, [&] { return quorum_initialize(&quorum, &quorum_callbacks, &type); });
  if (code != CS_OK) return corosync_error("cannot follow Corosync's quorum", code);
  quorum_handle_ = quorum;
  if (type != QUORUM_SET) {
    return Error{Errc::kUnsupported,
                 "Corosync runs without a quorum provider; set quorum.provider in corosync.conf"};
  }
  votequorum_handle_t votes = 0;
  votequorum_callbacks_t votes_callbacks = {};
  votes_callbacks.votequorum_expectedvotes_notify_fn = votes_notified;
  code = retry(limit, [&] { return votequorum_initialize(&votes, &votes_callbacks); });
  if (code != CS_OK) return corosync_error("cannot follow Corosync's votes", code);
  votes_handle_ = votes;
  auto read = read_expected_votes();
  if (!read) return read;

  name_ = cmap_->text("totem.cluster_name").value_or("");
  nodes_ = cmap_->nodes();
  const auto own = std::find_if(nodes_.begin(), nodes_.end(), [this](const ConfiguredNode& node) {
    return node.number == local_;
  });
  const std::string generic = cat("Node", number);
  local_name_ = own != nodes_.end() && own->name != generic ? own->name : host_name();
  if (own != nodes_.end()) own->name = local_name_;
  return {};
}

Result<void> CorosyncCluster::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  int fd = -1;
  quorum_context_set(*quorum_handle_, this);
  cs_error_t code = quorum_fd_get(*quorum_handle_, &fd);
  if (code == CS_OK) {
    code = quorum_trackstart(*quorum_handle_, CS_TRACK_CURRENT | CS_TRACK_CHANGES);
  }
  if (code != CS_OK) return corosync_error("cannot follow Corosync's quorum", code);
  auto watched = watch(
      fd, [this] { return quorum_dispatch(*quorum_handle_, CS_DISPATCH_ALL); }, "quorum");
  if (!watched) return watched;

  code = votequorum_fd_get(*votes_handle_, &fd);
  if (code == CS_OK) {
    votequorum_context_set(*votes_handle_, this);
    code = votequorum_trackstart(*votes_handle_, 0, CS_TRACK_CHANGES);
  }
  if (code != CS_OK) return corosync_error("cannot follow Corosync's votes", code);
  watched = watch(
      fd, [this] { return votequorum_dispatch(*votes_handle_, CS_DISPATCH_ALL); }, "votequorum");
  if (!watched) return watched;

  cfg_user_ = this;
  code = corosync_cfg_fd_get(*cfg_handle_, &fd);
  if (code == CS_OK) code = corosync_cfg_trackstart(*cfg_handle_, 0);
  if (code != CS_OK) return corosync_error("cannot be asked before Corosync stops", code);
  watched = watch(
      fd, [this] { return corosync_cfg_dispatch(*cfg_handle_, CS_DISPATCH_ALL); }, "cfg");
  if (!watched) return watched;

  auto tracked = cmap_->track("nodelist.", [this] { nodes_changed_ = true; });
  if (!tracked) return tracked;
  return watch(
      cmap_->fd(), [this] { return cmap_->dispatch() ? CS_OK : CS_ERR_LIBRARY; }, "cmap");
}

Result<std::unique_ptr<Group>> CorosyncCluster::join(std::string_view name,
                                                     Group::Handlers handlers) {
  auto group = CorosyncGroup::join(loop_, name, std::move(handlers),
                                   [this, alive = alive_](const Error& error) {
                                     if (*alive) lose(error);
                                   });
  if (!group) return group.error();
  return std::unique_ptr<Group>(std::move(*group));
}

Result<void> CorosyncCluster::watch(int fd, std::function<cs_error_t()> dispatch,
                                    std::string_view what) {
  auto created = loop_.watch(fd, {.readable = true},
                             [this, dispatch = std::move(dispatch), what = std::string(what)](
                                 daemon::Readiness) { dispatched(dispatch(), what); });
  if (!created) return created.error();
  watches_.push_back(std::move(*created));
  return {};
}

// The libraries' callbacks only note what happened, so that our own are called outside of them.
void CorosyncCluster::dispatched(cs_error_t code, std::string_view what) {
  if (std::exchange(quorum_changed_, false)) report_quorum();
  if (std::exchange(nodes_changed_, false)) report_nodes();
  if (std::exchange(stop_question_, false)) answer_stop();
  if (code != CS_OK && !is_transient(code)) {
    lose(corosync_error(cat("lost Corosync's ", what, " service"), code));
  }
}

void CorosyncCluster::quorum_notified(quorum_handle_t handle, std::uint32_t quorate, std::uint64_t,
                                      std::uint32_t count, std::uint32_t* members) {
  const void* context = nullptr;
  if (quorum_context_get(handle, &context) != CS_OK || context == nullptr) return;
  auto* self = static_cast<CorosyncCluster*>(const_cast<void*>(context));
  Quorum& quorum = self->quorum_;
  quorum.quorate = quorate != 0;
  quorum.members.clear();
  for (std::uint32_t i = 0; i < count; ++i) quorum.members.push_back(NodeNumber(members[i]));
  std::sort(quorum.members.begin(), quorum.members.end());
  self->quorum_changed_ = true;
}

void CorosyncCluster::votes_notified(votequorum_handle_t handle, std::uint64_t,
                                     std::uint32_t expected_votes) {
  void* context = nullptr;
  if (votequorum_context_get(handle, &context) != CS_OK || context == nullptr) return;
  auto* self = static_cast<CorosyncCluster*>(context);
  self->quorum_changed_ = self->quorum_changed_ || self->quorum_.expected_votes != expected_votes;
  self->quorum_.expected_votes = expected_votes;
}

// A call that waits for Corosync's answer, so it is not made while memberships change.
Result<void> CorosyncCluster::read_expected_votes() {
  votequorum_info info = {};
  const cs_error_t code = votequorum_getinfo(*votes_handle_, local_.value(), &info);
  if (code != CS_OK) return corosync_error("cannot read the expected votes", code);
  quorum_.expected_votes = info.node_expected_votes;
  return {};
}

void CorosyncCluster::report_quorum() {
  if (handlers_.on_quorum) handlers_.on_quorum(quorum_);
}

void CorosyncCluster::report_nodes() {
  std::vector<ConfiguredNode> nodes = cmap_->nodes();
  for (ConfiguredNode& node : nodes) {
    if (node.number == local_) node.name = local_name_;
  }
  if (nodes == nodes_) return;
  nodes_ = std::move(nodes);
  const std::uint32_t expected_before = quorum_.expected_votes;
  const auto read = read_expected_votes();
  if (!read) log(LogLevel::kWarning, read.error().message, ", keeping ", expected_before);
  if (handlers_.on_nodes) handlers_.on_nodes(nodes_);
  if (quorum_.expected_votes != expected_before) report_quorum();
}

void CorosyncCluster::stop_asked(corosync_cfg_handle_t, corosync_cfg_shutdown_flags_t) {
  if (cfg_user_ != nullptr) cfg_user_->stop_question_ = true;
}

void CorosyncCluster::answer_stop() {
  const bool allowed = !handlers_.may_stop || handlers_.may_stop();
  const cs_error_t code = corosync_cfg_replyto_shutdown(
      *cfg_handle_, allowed ? COROSYNC_CFG_SHUTDOWN_FLAG_YES : COROSYNC_CFG_SHUTDOWN_FLAG_NO);
  if (code != CS_OK) {
    log(LogLevel::kWarning, corosync_error("cannot answer whether Corosync may stop", code).message,
        ", ignoring");
  }
}

void CorosyncCluster::lose(const Error& error) {
  if (std::exchange(lost_, true)) return;
  for (daemon::Watch& each : watches_) each.cancel();
  // From the loop, never from inside a call of the user.
  loop_.post([this, alive = alive_, error] {
    if (*alive && handlers_.on_lost) handlers_.on_lost(error);
  });
}

}  // namespace

Result<std::unique_ptr<Cluster>> connect_corosync(daemon::EventLoop& loop,
                                                  std::chrono::milliseconds limit) {
  auto cmap = Cmap::open(limit);
  if (!cmap) return cmap.error();
  auto cluster = std::make_unique<CorosyncCluster>(loop, std::move(*cmap));
  const auto connected = cluster->connect(limit);
  if (!connected) return connected.error();
  return std::unique_ptr<Cluster>(std::move(cluster));
}

}  // namespace systole::cluster
