#include <algorithm>
#include <limits>
#include <string>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/copies.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::BundleConfig;
using model::NameValue;
using model::Text;

constexpr Text kDefaultPort = "3121";

Text value_or(const std::vector<NameValue>& values, std::string_view name, Text fallback) {
  const Text* value = model::find_value(values, name);
  return value == nullptr ? fallback : *value;
}

bool has(const std::vector<NameValue>& values, std::string_view name) {
  return model::find_value(values, name) != nullptr;
}

/// A container, its address, the connection to it and what runs inside.
constexpr int kReplicaMembers = 4;

/// The next IPv4 address: up to 254 in the last place, then on in the third. Empty where there is
/// none.
std::string next_address(Text address) {
  const std::vector<std::string_view> parts = base::split(address, ".");
  if (parts.size() != 4) return {};
  const auto third = base::parse_integer<int>(parts[2]);
  const auto last = base::parse_integer<int>(parts[3]);
  if (!third || !last || *third > 253) return {};
  if (*last < 254) return base::cat(parts[0], ".", parts[1], ".", *third, ".", *last + 1);
  return base::cat(parts[0], ".", parts[1], ".", *third + 1, ".1");
}

/// Writes the configurations that a bundle implies.
class BundleBuilder {
 public:
  BundleBuilder(Status& status, RscId bundle)
      : status_(status),
        bundle_(bundle),
        id_(status.resource(bundle).id),
        config_(*status.resource(bundle).config->bundle) {
    const auto& children = status.resource(bundle).config->children;
    if (!children.empty()) inner_ = children.front();
  }

  bool build() {
    read_counts();
    const bool addressed = has(config_.network, "ip-range-start");
    if (inner_ && !addressed && !has(config_.network, "control-port")) return false;
    if (inner_ && !addressed) per_host_ = 1;
    status_.resource(bundle_).unique = per_host_ > 1;
    status_.resource(bundle_).bundle.replicas_per_host = per_host_;
    status_.resource(bundle_).bundle.promoted_max = promoted_max_;
    make_addresses();
    for (int i = 0; i < count_; ++i) add_replica(i);
    if (inner_) add_inner();
    for (Replica& replica : status_.resource(bundle_).bundle.replicas) link(replica);
    return true;
  }

 private:
  void read_counts() {
    const auto number = [&](std::string_view name) -> std::optional<int> {
      const Text* text = model::find_value(config_.container, name);
      if (text == nullptr) return std::nullopt;
      return static_cast<int>(std::clamp<std::int64_t>(model::leading_integer(*text).value_or(0), 0,
                                                       std::numeric_limits<int>::max()));
    };
    promoted_max_ = number("promoted-max").value_or(number("masters").value_or(0));
    const int wanted = number("replicas").value_or(std::max(1, promoted_max_));
    count_ = std::max(
        1, allow_copies(status_, bundle_,
                        {.count = wanted, .useful = count_hosts(), .members = kReplicaMembers}));
    per_host_ = std::max(1, number("replicas-per-host").value_or(1));
  }

  /// The nodes that replicas run on: not in one another.
  int count_hosts() const {
    return static_cast<int>(std::count_if(status_.nodes.begin(), status_.nodes.end(),
                                          [](const Node& node) { return !node.is_guest(); }));
  }

  void make_addresses() {
    std::string address(value_or(config_.network, "ip-range-start", {}));
    const bool hosts_entry =
        !base::parse_bool(value_or(config_.network, "add-host", "true")).value_or(true);
    for (int i = 0; i < count_ && !address.empty(); ++i) {
      addresses_.push_back(keep(status_, address));
      host_entries_ += hosts_entry ? base::cat(" --hosts-entry=", address, "=", id_, "-", i)
                                   : base::cat(" --add-host=", id_, "-", i, ":", address);
      address = next_address(address);
    }
  }

  Text port() const { return value_or(config_.network, "control-port", kDefaultPort); }
  Text kept(std::string_view text) { return keep(status_, text); }
  Text replica_id(int i) { return kept(base::cat(id_, "-", i)); }

  std::vector<model::StorageMapping> mounts() const {
    std::vector<model::StorageMapping> out;
    bool logs = false;
    for (const model::StorageMapping& mount : config_.storage) {
      const bool sourced = !mount.source_dir.empty() || !mount.source_dir_root.empty();
      if (!sourced || mount.target_dir.empty()) continue;
      logs = logs || mount.target_dir == "/var/log";
      out.push_back(mount);
    }
    if (!inner_) return out;
    out.push_back({"/etc/pacemaker/authkey", {}, "/etc/pacemaker/authkey", {}});
    if (!logs) out.push_back({{}, "/var/log/pacemaker/bundles", "/var/log", {}});
    return out;
  }

  std::vector<model::PortMapping> ports() const {
    std::vector<model::PortMapping> out;
    for (const model::PortMapping& mapping : config_.ports) {
      const Text outside = mapping.port.empty() ? mapping.range : mapping.port;
      if (outside.empty()) continue;
      const Text inside =
          mapping.internal_port.empty() || mapping.port.empty() ? outside : mapping.internal_port;
      out.push_back({outside, inside, {}});
    }
    if (inner_) out.push_back({port(), port(), {}});
    return out;
  }

  std::string run_options(int i) const {
    std::string out;
    if (config_.technology == "docker") out += " --restart=no";
    if (has(config_.network, "ip-range-start")) out += base::cat(" -h ", id_, "-", i);
    out += " -e PCMK_stderr=1";
    const Text network = value_or(config_.container, "network", {});
    if (!network.empty()) out += base::cat(" --net=", network);
    out += base::cat(" -e PCMK_remote_port=", port());
    for (const model::StorageMapping& mount : mounts()) {
      out += " -v ";
      if (!mount.source_dir_root.empty()) {
        out += base::cat(mount.source_dir_root, "/", id_, "-", i);
      } else {
        out += mount.source_dir;
      }
      out += base::cat(":", mount.target_dir);
      if (!mount.options.empty()) out += base::cat(":", mount.options);
    }
    const bool addressed = static_cast<std::size_t>(i) < addresses_.size();
    for (const model::PortMapping& mapping : ports()) {
      if (addressed) {
        out += base::cat(" -p ", addresses_[static_cast<std::size_t>(i)], ":", mapping.port, ":",
                         mapping.internal_port);
      } else if (network != "host") {
        out += base::cat(" -p ", mapping.port, ":", mapping.internal_port);
      }
    }
    if (const Text* options = model::find_value(config_.container, "options")) {
      out += base::cat(" ", *options);
    }
    return out + " " + host_entries_;
  }

  std::string mount_points(int i) const {
    std::vector<std::string> out;
    for (const model::StorageMapping& mount : mounts()) {
      if (!mount.source_dir_root.empty()) {
        out.push_back(base::cat(mount.source_dir_root, "/", id_, "-", i));
      }
    }
    return base::join(out, ",");
  }

  static model::OperationConfig monitor(Text interval, std::int64_t interval_ms, Text timeout) {
    model::OperationConfig op;
    op.name = "monitor";
    op.interval_ms = interval_ms;
    op.attributes = {{"name", "monitor"}, {"interval", interval}};
    if (!timeout.empty()) op.attributes.push_back({"timeout", timeout});
    return op;
  }

  model::ResourceConfig& imply(Text id, model::Agent agent) {
    model::ResourceConfig config;
    config.id = id;
    config.agent = agent;
    config.attributes = {
        {"id", id}, {"class", agent.standard}, {"provider", agent.provider}, {"type", agent.type}};
    config.parameters.emplace_back();
    status_.implied->push_back(std::move(config));
    return status_.implied->back();
  }

  RscId add_container(int i) {
    model::ResourceConfig& config = imply(kept(base::cat(id_, "-", config_.technology, "-", i)),
                                          {"ocf", "heartbeat", config_.technology});
    auto& values = config.parameters.front().values;
    values = {{"image", value_or(config_.container, "image", {})},
              {"allow_pull", "true"},
              {"force_kill", "false"},
              {"reuse", "false"},
              {"run_opts", kept(run_options(i))},
              {"mount_points", kept(mount_points(i))}};
    const Text command =
        value_or(config_.container, "run-command", inner_ ? "/usr/sbin/pacemaker-remoted" : "");
    if (!command.empty()) values.push_back({"run_cmd", command});
    values.push_back({"monitor_cmd", "/bin/true"});
    config.operations.push_back(monitor("60s", 60000, {}));
    if (inner_) config.utilization = status_.snapshot->resource(*inner_).utilization;
    return *add_resource(status_, config, bundle_, -1);
  }

  RscId add_address(Text address) {
    model::ResourceConfig& config =
        imply(kept(base::cat(id_, "-ip-", address)), {"ocf", "heartbeat", "IPaddr2"});
    auto& values = config.parameters.front().values;
    values.push_back({"ip", address});
    const Text nic = value_or(config_.network, "host-interface", {});
    if (!nic.empty()) values.push_back({"nic", nic});
    values.push_back({"cidr_netmask", value_or(config_.network, "host-netmask", "32")});
    config.operations.push_back(monitor("60s", 60000, {}));
    return *add_resource(status_, config, bundle_, -1);
  }

  RscId add_connection(int i, Text address, Text container) {
    Text id = replica_id(i);
    if (find_resource(status_, id)) {
      id = kept(base::cat("pcmk-internal-", status_.snapshot->resource(*inner_).id, "-remote-", i));
    }
    model::ResourceConfig& config = imply(id, {"ocf", "pacemaker", "remote"});
    config.parameters.front().values = {{"addr", address.empty() ? "#uname" : address},
                                        {"port", port()}};
    config.meta.emplace_back();
    config.meta.front().values = {{"internal_rsc", "true"}, {"container", container}};
    config.operations.push_back(monitor("30s", 30000, "30s"));
    return *add_resource(status_, config, bundle_, -1);
  }

  /// The node inside a replica; only what belongs there may look at it. It may be listed among the
  /// nodes from the time when it was up last.
  NodeId add_inner_node(Text name) {
    const auto known = status_.node_by_name.find(name);
    if (known == status_.node_by_name.end()) {
      return add_node(status_, name, name, NodeKind::kBundle);
    }
    const NodeId node = known->second;
    status_.node(node).kind = NodeKind::kBundle;
    status_.node(node).base_score = base::Score::minus_infinity();
    status_.node(node).probe_nothing = true;
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const RscId rsc(static_cast<std::uint32_t>(i));
      TableCell& cell = status_.tables.at(rsc, node);
      if (!cell.present) continue;
      cell.score = base::Score::minus_infinity();
      cell.discovery = Discovery::kNever;
      status_.ledger.set(rsc, node, cell.score, {ScoreCause::kNodeKind});
    }
    return node;
  }

  void ban_remote_nodes(RscId connection) {
    for (std::size_t i = 0; i < status_.nodes.size(); ++i) {
      const NodeId node(static_cast<std::uint32_t>(i));
      if (!status_.node(node).is_remote_kind()) continue;
      TableCell& cell = status_.tables.at(connection, node);
      if (!cell.present) continue;
      cell.score = base::Score::minus_infinity();
      status_.ledger.set(connection, node, cell.score, {ScoreCause::kNodeKind});
    }
  }

  void add_replica(int i) {
    Replica replica;
    replica.number = i;
    const auto place = static_cast<std::size_t>(i);
    if (place < addresses_.size()) replica.ip = addresses_[place];
    replica.container = add_container(i);
    status_.resource(bundle_).children.push_back(replica.container);
    if (!replica.ip.empty()) {
      replica.address = add_address(replica.ip);
      status_.resource(bundle_).children.push_back(*replica.address);
    }
    if (inner_) {
      const Text container = status_.resource(replica.container).id;
      replica.connection = add_connection(i, replica.ip, container);
      status_.resource(bundle_).children.push_back(*replica.connection);
      replica.node = add_inner_node(status_.resource(*replica.connection).id);
      ban_remote_nodes(*replica.connection);
      status_.node(*replica.node).connection = replica.connection;
    }
    status_.resource(bundle_).bundle.replicas.push_back(replica);
  }

  void add_inner() {
    model::ResourceConfig clone;
    clone.id = kept(base::cat(id_, promoted_max_ > 0 ? "-master" : "-clone"));
    clone.kind = model::ResourceKind::kClone;
    clone.children.push_back(*inner_);
    model::AttributeSet meta;
    meta.values = {{"ordered", "true"},
                   {"clone-max", kept(base::cat(count_))},
                   {"clone-node-max", kept(base::cat(per_host_))},
                   {"globally-unique", per_host_ > 1 ? "true" : "false"}};
    if (promoted_max_ > 0) {
      meta.values.push_back({"promotable", "true"});
      meta.values.push_back({"promoted-max", kept(base::cat(promoted_max_))});
    }
    const model::ResourceConfig& inner = status_.snapshot->resource(*inner_);
    for (const model::AttributeSet& set : inner.meta) {
      const Text* target = model::find_value(set.values, "container-attribute-target");
      if (target != nullptr) meta.values.push_back({"container-attribute-target", *target});
    }
    clone.meta.push_back(std::move(meta));
    status_.implied->push_back(std::move(clone));
    const auto added = add_resource(status_, status_.implied->back(), bundle_, -1);
    if (!added) return;
    status_.resource(bundle_).bundle.inner = added;
    status_.resource(bundle_).children.push_back(*added);
    place_instances(*added);
  }

  void place_instances(RscId clone) {
    auto& replicas = status_.resource(bundle_).bundle.replicas;
    for (Replica& replica : replicas) {
      TableCell& cell = status_.tables.at(clone, *replica.node);
      cell.present = true;
      cell.score = base::Score::minus_infinity();
      status_.ledger.set(clone, *replica.node, cell.score, {ScoreCause::kNodeKind});
    }
    const std::vector<RscId> instances = status_.resource(clone).children;
    for (std::size_t i = 0; i < replicas.size() && i < instances.size(); ++i) {
      replicas[i].instance = instances[i];
      status_.tables.clear_row(instances[i]);
      status_.ledger.rewind(instances[i], 0);
      TableCell& cell = status_.tables.at(instances[i], *replicas[i].node);
      cell.present = true;
      cell.score = base::Score(500);
      status_.ledger.set(instances[i], *replicas[i].node, cell.score, {ScoreCause::kOwnNode});
      cell.discovery = Discovery::kExclusive;
      status_.resource(instances[i]).exclusive_discovery = true;
    }
  }

  void link(const Replica& replica) {
    if (!replica.connection) return;
    status_.resource(*replica.connection).remote_node = replica.node;
  }

  Status& status_;
  RscId bundle_;
  Text id_;
  const BundleConfig& config_;
  std::optional<model::ConfigId> inner_;
  int promoted_max_ = 0;
  int count_ = 1;
  int per_host_ = 1;
  std::vector<Text> addresses_;
  std::string host_entries_;
};

}  // namespace

bool add_bundle_parts(Status& status, RscId bundle) {
  return BundleBuilder(status, bundle).build();
}

}  // namespace systole::policy
