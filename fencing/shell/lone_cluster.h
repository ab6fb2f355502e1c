#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/cluster/cluster.h"

namespace systole::fencing {

/// A cluster of this node alone, without Corosync: for --stand-alone and for tests. Messages come
/// back through the event loop.
class LoneCluster : public cluster::Cluster {
 public:
  LoneCluster(daemon::EventLoop& loop, std::string node_name);
  ~LoneCluster() override;

  base::NodeNumber local_node() const override { return base::NodeNumber(1); }
  const std::string& local_name() const override { return node_name_; }
  const std::string& name() const override { return name_; }
  std::vector<cluster::ConfiguredNode> nodes() const override;
  const cluster::Quorum& quorum() const override { return quorum_; }
  base::Result<void> start(Handlers handlers) override;
  base::Result<std::unique_ptr<cluster::Group>> join(std::string_view name,
                                                     cluster::Group::Handlers handlers) override;

 private:
  daemon::EventLoop& loop_;
  std::string node_name_;
  std::string name_;
  cluster::Quorum quorum_;
};

}  // namespace systole::fencing
