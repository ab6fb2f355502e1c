#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crmd/core/event.h"
#include "crmd/shell/group_views.h"
#include "lib/base/result.h"
#include "lib/cluster/cluster.h"

namespace systole::crmd {

/// The controllers' group and the cluster's membership, as events.
class ClusterAdapter {
 public:
  using Deliver = std::function<void(Event)>;
  using Lost = std::function<void(const base::Error&)>;

  /// `lost` is called once when Corosync has gone.
  ClusterAdapter(std::unique_ptr<cluster::Cluster> cluster, Deliver deliver, Lost lost)
      : cluster_(std::move(cluster)), deliver_(std::move(deliver)), lost_(std::move(lost)) {}

  const cluster::Cluster& cluster() const { return *cluster_; }
  std::vector<ConfiguredNode> nodes() const;

  /// Joins the group and begins with the events.
  base::Result<void> start();

  base::Result<void> multicast(std::string bytes) { return group_->multicast(std::move(bytes)); }

  /// Bytes of our own messages that have not come back yet.
  std::size_t waiting_bytes() const { return group_ ? group_->waiting_bytes() : 0; }

  /// Leaves the group in good order.
  void leave() { group_.reset(); }

 private:
  void on_view(const cluster::View& view);

  std::unique_ptr<cluster::Cluster> cluster_;
  Deliver deliver_;
  Lost lost_;
  GroupViews views_;
  std::unique_ptr<cluster::Group> group_;
};

}  // namespace systole::crmd
