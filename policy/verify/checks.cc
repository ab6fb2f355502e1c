#include "policy/verify/checks.h"

#include <algorithm>
#include <variant>

#include "lib/base/strings.h"

namespace systole::policy {
namespace {

using Severity = Problem::Severity;

class Checker {
 public:
  Checker(const model::Snapshot& snapshot, const Status& status)
      : snapshot_(snapshot), status_(status) {}

  std::vector<Problem> run() {
    check_fencing();
    check_quorum_policy();
    for (const model::Constraint& constraint : snapshot_.constraints) {
      std::visit([this](const auto& one) { check(one); }, constraint);
    }
    return std::move(problems_);
  }

 private:
  void add(Severity severity, std::string text) {
    problems_.push_back({severity, std::move(text)});
  }

  void check_fencing() {
    if (snapshot_.resources.empty() || !status_.options.fencing_enabled) return;
    const bool has_device =
        std::any_of(snapshot_.resources.begin(), snapshot_.resources.end(),
                    [](const auto& rsc) { return rsc.agent.standard == "stonith"; });
    if (has_device || status_.options.have_watchdog) return;
    add(Severity::kError,
        "Resource start-up disabled since no STONITH resources have been defined");
    add(Severity::kError,
        "Either configure some or disable STONITH with the stonith-enabled option");
    add(Severity::kError, "NOTE: Clusters with shared data need STONITH to ensure data integrity");
  }

  void check_quorum_policy() {
    if (status_.options.no_quorum_policy == NoQuorumPolicy::kFence &&
        !status_.options.fencing_enabled) {
      add(Severity::kError, "no-quorum-policy=suicide has no effect while fencing is disabled");
    }
  }

  bool exists(model::Text id) const {
    const auto same = [id](const auto& one) { return one.id == id; };
    return std::any_of(snapshot_.resources.begin(), snapshot_.resources.end(), same) ||
           std::any_of(snapshot_.tags.begin(), snapshot_.tags.end(), same) ||
           std::find(snapshot_.templates.begin(), snapshot_.templates.end(), id) !=
               snapshot_.templates.end();
  }

  void check_resource(model::Text constraint, model::Text resource) {
    if (resource.empty() || exists(resource)) return;
    add(Severity::kError,
        base::cat("Constraint '", constraint, "' names no resource '", resource, "'"));
  }

  void check_score(model::Text constraint, model::Text score) {
    if (score.empty() || model::read_score(score, status_.options.health)) return;
    add(Severity::kError, base::cat("Constraint '", constraint, "': '", score, "' is no score"));
  }

  void check_sets(model::Text constraint, const std::vector<model::ResourceSet>& sets) {
    for (const model::ResourceSet& set : sets) {
      for (const model::Text resource : set.resources) check_resource(constraint, resource);
    }
  }

  void check(const model::LocationConstraint& location) {
    check_resource(location.id, location.resource);
    check_sets(location.id, location.sets);
    check_score(location.id, location.score);
    const bool known = location.node.empty() || status_.node_by_name.contains(location.node);
    if (!known) {
      add(Severity::kWarning,
          base::cat("Constraint '", location.id, "' names no node '", location.node, "'"));
    }
  }

  void check(const model::ColocationConstraint& colocation) {
    check_resource(colocation.id, colocation.dependent);
    check_resource(colocation.id, colocation.primary);
    check_sets(colocation.id, colocation.sets);
    check_score(colocation.id, colocation.score);
  }

  void check(const model::OrderConstraint& order) {
    check_resource(order.id, order.first);
    check_resource(order.id, order.then);
    check_sets(order.id, order.sets);
  }

  void check(const model::TicketConstraint& ticket) {
    check_resource(ticket.id, ticket.resource);
    check_sets(ticket.id, ticket.sets);
  }

  const model::Snapshot& snapshot_;
  const Status& status_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> find_problems(const model::Snapshot& snapshot, const Status& status) {
  return Checker(snapshot, status).run();
}

}  // namespace systole::policy
