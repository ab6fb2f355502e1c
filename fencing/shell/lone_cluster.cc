#include "fencing/shell/lone_cluster.h"

#include <unistd.h>

#include <utility>

#include "lib/daemon/event_loop.h"

namespace systole::fencing {
namespace {

class LoneGroup : public cluster::Group {
 public:
  LoneGroup(daemon::EventLoop& loop, Handlers handlers)
      : loop_(loop),
        handlers_(std::make_shared<Handlers>(std::move(handlers))),
        self_{.node = base::NodeNumber(1), .pid = static_cast<std::uint32_t>(getpid())} {
    post([self = self_](Handlers& to) {
      to.on_view({.members = {self}, .joined = {self}, .left = {}});
    });
  }

  base::Result<void> multicast(std::string bytes) override {
    post([self = self_, bytes = std::move(bytes)](Handlers& to) { to.on_message(self, bytes); });
    return {};
  }

  std::size_t message_size_max() const override { return std::size_t{64} << 20; }
  std::size_t waiting_bytes() const override { return 0; }

 private:
  void post(std::function<void(Handlers&)> call) {
    loop_.post([weak = std::weak_ptr<Handlers>(handlers_), call = std::move(call)] {
      if (const auto handlers = weak.lock()) call(*handlers);
    });
  }

  daemon::EventLoop& loop_;
  std::shared_ptr<Handlers> handlers_;
  cluster::Member self_;
};

}  // namespace

LoneCluster::LoneCluster(daemon::EventLoop& loop, std::string node_name)
    : loop_(loop), node_name_(std::move(node_name)) {
  quorum_ = {.quorate = true, .members = {local_node()}, .expected_votes = 1};
}

LoneCluster::~LoneCluster() = default;

std::vector<cluster::ConfiguredNode> LoneCluster::nodes() const {
  return {{.number = base::NodeNumber(1), .name = node_name_, .votes = 1}};
}

base::Result<void> LoneCluster::start(Handlers) {
  return {};
}

base::Result<std::unique_ptr<cluster::Group>> LoneCluster::join(std::string_view,
                                                                cluster::Group::Handlers handlers) {
  return std::unique_ptr<cluster::Group>(std::make_unique<LoneGroup>(loop_, std::move(handlers)));
}

}  // namespace systole::fencing
