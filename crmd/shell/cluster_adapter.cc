#include "crmd/shell/cluster_adapter.h"

#include <utility>

namespace systole::crmd {
namespace {

std::vector<ConfiguredNode> translate(const std::vector<cluster::ConfiguredNode>& nodes) {
  std::vector<ConfiguredNode> out;
  out.reserve(nodes.size());
  for (const cluster::ConfiguredNode& node : nodes) {
    out.push_back({.number = node.number, .name = node.name, .votes = node.votes});
  }
  return out;
}

}  // namespace

std::vector<ConfiguredNode> ClusterAdapter::nodes() const {
  return translate(cluster_->nodes());
}

base::Result<void> ClusterAdapter::start() {
  cluster::Cluster::Handlers handlers;
  handlers.on_quorum = [this](const cluster::Quorum& quorum) {
    deliver_(event::QuorumChanged{quorum.quorate, quorum.members, quorum.expected_votes});
  };
  handlers.on_nodes = [this](const std::vector<cluster::ConfiguredNode>& nodes) {
    deliver_(event::NodesConfigured{translate(nodes)});
  };
  // Corosync below a running controller stops only by force.
  handlers.may_stop = [] { return false; };
  handlers.on_lost = lost_;
  if (auto started = cluster_->start(std::move(handlers)); !started) return started;
  cluster::Group::Handlers group;
  group.on_view = [this](const cluster::View& view) { on_view(view); };
  group.on_message = [this](const cluster::Member& sender, std::string bytes) {
    if (views_.is_current(sender)) deliver_(event::Delivered{sender.node, std::move(bytes)});
  };
  auto joined = cluster_->join(cluster::kControllerGroup, std::move(group));
  if (!joined) return joined.error();
  group_ = std::move(*joined);
  return {};
}

void ClusterAdapter::on_view(const cluster::View& view) {
  for (event::ViewChanged& change : views_.change(view)) deliver_(std::move(change));
}

}  // namespace systole::crmd
