#pragma once

#include <optional>
#include <vector>

#include "policy/placement/clone_presence.h"
#include "policy/placement/locations.h"
#include "policy/placement/placement.h"

namespace systole::policy {

/// How preferences of dependents are merged into a table.
struct MergeMode {
  bool rollback = true;       ///< give up where no node would be left
  bool non_negative = false;  ///< never push a node below 0
  bool towards_primaries = false;
  std::vector<ScoreEntry>* entries = nullptr;  ///< where the ledger's entries are collected
};

/// Works placement out. Rules live in one file each; the class holds what they share.
class Placer {
 public:
  explicit Placer(const Status& status);
  Placement run() &&;
  /// The location constraints alone, in the order of the configuration.
  std::vector<Location> locations() &&;

 private:
  // placer.cc: tables and reports.
  TableCell& cell(RscId rsc, NodeId node) { return out_.tables.at(rsc, node); }
  const TableCell& cell(RscId rsc, NodeId node) const { return out_.tables.at(rsc, node); }
  void adjust(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why);
  void adjust_tree(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why);
  void ban(RscId rsc, NodeId node, const ScoreWhy& why) {
    adjust(rsc, node, base::Score::minus_infinity(), why);
  }
  bool considers(RscId rsc, NodeId node) const;
  void ban_everywhere(RscId rsc, const ScoreWhy& why);
  void replace(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why);
  bool has_available(const ScoreTables::Row& row) const;
  bool is_available(NodeId node, bool check_container = false) const;
  void print(ScoreLine::Kind kind, RscId rsc);
  void print_tree(ScoreLine::Kind kind, RscId rsc);
  void assign_all();

  // location.cc
  void read_locations();
  void add_health_locations();
  void apply_locations();
  void apply_location(RscId rsc, const Location& location);
  void resolve_location(const model::LocationConstraint& config);
  void add_location(const model::LocationConstraint& config, RscId rsc, model::Text score,
                    model::Text role, const std::vector<model::Text>& submatches);
  void evaluate_location_rule(const model::LocationConstraint& config, model::Text score,
                              const std::vector<model::Text>& submatches, Location& location);

  // preparation.cc, tickets.cc
  void apply_tickets();
  void apply_ticket(const model::TicketConstraint& config, RscId rsc, model::Text role);
  void apply_shutdown_locks();
  void apply_stickiness();
  void apply_failure_bans();
  void apply_exclusive_discovery();
  void add_implied_constraints();
  void keep_off_bundle_nodes(RscId id);
  void imply_for_launched(RscId rsc);

  // colocation_lists.cc
  void read_colocations();
  void resolve_colocation(const model::ColocationConstraint& config);
  void resolve_colocation_sets(const model::ColocationConstraint& config,
                               const std::vector<model::ResourceSet>& sets);
  void add_colocation(const Colocation& colocation);
  ColocationList this_with(RscId rsc) const;
  ColocationList with_this(RscId rsc) const;
  void collect_this_with(RscId rsc, RscId asked, ColocationList& list) const;
  void collect_with_this(RscId rsc, RscId asked, ColocationList& list) const;
  bool goes_before(RscId a, RscId b) const;
  bool inherits_from_bundle(RscId bundle, RscId asked) const;

  // colocation.cc
  enum class Effect : std::uint8_t { kNone, kLocation, kRole };
  bool has_influence(const Colocation& colocation) const;
  void apply_to_dependent(RscId dependent, const Colocation& colocation);
  Effect effect_of(RscId dependent, RscId primary, const Colocation& colocation) const;
  Role constrained_role(RscId rsc) const;
  void apply_primary(RscId dependent, RscId primary, const Colocation& colocation);
  void apply_node(RscId dependent, RscId primary, const Colocation& colocation,
                  std::optional<NodeId> primary_node);
  void apply_group(RscId dependent, RscId group, const Colocation& colocation);
  void apply_clone(RscId dependent, RscId clone, const Colocation& colocation);
  void apply_bundle(RscId dependent, RscId bundle, const Colocation& colocation);
  bool apply_promoted_clone(RscId dependent, RscId clone, const Colocation& colocation);
  bool is_interleaved(const Colocation& colocation, RscId primary) const;
  std::optional<NodeId> location_of(RscId rsc) const;
  std::optional<RscId> matching_instance(RscId dependent, RscId primary) const;
  void restrict_to_nodes(RscId dependent, const std::vector<NodeId>& nodes,
                         const Colocation& colocation);
  base::Score role_effect(RscId dependent, const Colocation& colocation);
  std::optional<model::Text> attribute(RscId rsc, NodeId node, model::Text name) const;
  std::optional<model::Text> host_attribute(NodeId node, model::Text name, bool assigned) const;
  std::optional<model::Text> chosen_attribute(RscId rsc, NodeId node, model::Text name,
                                              bool assigned) const;
  bool same_attribute(RscId rsc_a, NodeId a, const Colocation& colocation, NodeId b) const;

  // merge.cc
  struct MergeState;
  void merge(RscId dependent, RscId target, ScoreTables::Row& table, const Colocation& colocation,
             MergeMode mode);
  void merge_step(RscId dependent, MergeState& state, const Colocation& colocation, float factor,
                  MergeMode mode);
  bool adjust_by_preferences(RscId source, MergeState& state, const Colocation& colocation,
                             float factor, const MergeMode& mode);
  ScoreTables::Row source_table(RscId source, const Colocation& colocation) const;
  std::optional<base::Score> best_matching(RscId source, const ScoreTables::Row& row,
                                           const MergeState& state, const Colocation& colocation,
                                           NodeId node) const;

  // assign.cc
  std::optional<NodeId> assign(RscId rsc, std::optional<NodeId> preferred, bool trial = false);
  std::optional<NodeId> assign_primitive(RscId rsc, std::optional<NodeId> preferred, bool trial);
  std::optional<NodeId> assign_group(RscId group, std::optional<NodeId> preferred, bool trial);
  void apply_colocations(RscId rsc);
  void choose_node(RscId rsc, std::optional<NodeId> preferred, bool trial);
  void choose_best(RscId rsc, std::optional<NodeId> preferred, bool trial);
  void note_decision(RscId rsc, ScoreDecision::Rule rule, std::optional<NodeId> node);
  void finish_assignment(RscId rsc, std::optional<NodeId> node, bool trial);
  void unassign(RscId rsc);
  void follow_connection(RscId connection);
  std::vector<NodeId> nodes_by_preference(RscId rsc, std::optional<NodeId> current) const;
  bool is_preferred(RscId rsc, NodeId a, NodeId b, std::optional<NodeId> current) const;
  std::optional<NodeId> most_preferred(RscId rsc, std::optional<NodeId> current) const;

  // instances.cc
  std::optional<NodeId> assign_clone(RscId clone);
  int compare_instances(RscId a, RscId b, RscId parent);
  void sort_instances(RscId parent, std::vector<RscId>& instances);
  struct Limits {
    int total = 1;
    int per_node = 1;
  };
  void assign_instances(RscId parent, const std::vector<RscId>& instances, Limits limits);
  ScoreTables::Row colocation_preference(RscId instance);
  void filter_nodes(RscId parent, RscId instance, int max_per_node);
  void close_node(RscId instance, NodeId node, const ScoreWhy& why);
  bool keep_in_place(RscId parent, RscId instance, const Limits& limits, int spare);
  int count_available(RscId parent) const;

  // bundle.cc
  std::optional<NodeId> assign_bundle(RscId bundle);
  void assign_replica(RscId bundle, const Replica& replica);

  // promotion.cc
  void add_promotion_scores(RscId clone);
  void choose_promoted(RscId clone);
  std::optional<base::Score> promotion_score(RscId instance, NodeId node) const;
  bool promotion_counts(RscId rsc, NodeId node) const;
  void set_promotion_priority(RscId clone, RscId instance);
  void sort_for_promotion(RscId clone, std::vector<RscId>& instances);
  bool may_promote(RscId clone, RscId instance, const std::vector<int>& promoted_on) const;
  void set_next_role(RscId rsc, Role from, Role to);
  Role highest_next_role(RscId rsc) const;
  bool is_ticket_denied(RscId clone) const;

  // utilization.cc
  bool uses_capacity() const {
    return status_.options.placement_strategy != PlacementStrategy::kDefault;
  }
  int compare_capacity(NodeId a, NodeId b) const;
  void collect_companions(RscId rsc, RscId original, std::vector<RscId>& companions) const;
  bool binds(const Colocation& colocation, RscId dependent, RscId primary) const;
  void collect_demanding(RscId rsc, const std::vector<RscId>& companions,
                         std::vector<RscId>& out) const;
  std::optional<NodeId> ban_small_nodes(RscId rsc);
  void take_capacity(RscId rsc, NodeId node, int sign);
  void report_capacity(UtilizationLine::Kind kind);
  void sort_by_preference();

  const Status& status_;
  const ClonePresence presence_;
  Placement out_;
  std::vector<Location> locations_;
  std::vector<std::vector<std::size_t>> locations_of_;
  std::vector<std::uint8_t> assigning_;
  std::vector<std::uint8_t> merging_;
  std::vector<std::uint8_t> ticket_denied_;  ///< clones that may not be promoted
  bool choosing_roles_ = false;
};

}  // namespace systole::policy
