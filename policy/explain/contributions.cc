#include "policy/explain/contributions.h"

#include <algorithm>

#include "policy/status/fail_counts.h"

namespace systole::policy::explain {

namespace {

/// The operation on `node`, or one of another node: some failures exclude all nodes.
const model::HistoryOperation* find_operation_of(const Resource& rsc, NodeId node,
                                                 std::string_view id) {
  const model::HistoryOperation* found = nullptr;
  for (const HistoryLink& link : rsc.history) {
    for (const model::HistoryOperation& op : link.entry->operations) {
      if (op.id == id && (found == nullptr || link.node == node)) found = &op;
    }
  }
  return found;
}

/// The operation may be recorded for another instance: a failure bans all of them.
const model::HistoryOperation* failed_operation(const Status& status, const ScoreEntry& entry) {
  if (entry.why.other) {
    return find_operation_of(status.resource(*entry.why.other), entry.node, entry.why.detail);
  }
  return nullptr;
}

class Adder {
 public:
  explicit Adder(const Status& status) : status_(status) {}

  void add(const ScoreEntry& entry) {
    Contribution out;
    out.entry = entry;
    out.sum = started_ && !entry.replaces ? sum_ + entry.amount : entry.amount;
    started_ = true;
    sum_ = out.sum;
    if (entry.why.cause == ScoreCause::kFailure) {
      out.operation = failed_operation(status_, entry);
    } else if (entry.why.cause == ScoreCause::kMigrationThreshold && entry.why.other) {
      out.fail_count = fail_count(status_, *entry.why.other, entry.node, Expiry::kApplied).count;
      out.threshold = status_.resource(*entry.why.other).migration_threshold;
    }
    list_.push_back(out);
  }

  std::vector<Contribution> take() && { return std::move(list_); }

 private:
  const Status& status_;
  std::vector<Contribution> list_;
  base::Score sum_;
  bool started_ = false;
};

}  // namespace

std::vector<Contribution> contributions_to(const Plan& plan, RscId rsc, NodeId node) {
  const ScoreLedger& ledger = plan.placement->ledger;
  const std::vector<ScoreEntry>& entries = ledger.entries_of(rsc);
  const ScoreDecision* decision = ledger.decision_of(rsc);
  const std::size_t count =
      decision != nullptr ? std::min(decision->entries, entries.size()) : entries.size();
  Adder adder(*plan.status);
  for (std::size_t i = 0; i < count; ++i) {
    if (entries[i].node == node) adder.add(entries[i]);
  }
  return std::move(adder).take();
}

std::vector<Contribution> contributions_to_promotion(const Plan& plan, RscId instance) {
  Adder adder(*plan.status);
  for (const ScoreEntry& entry : plan.placement->ledger.value_entries_of(instance)) {
    adder.add(entry);
  }
  return std::move(adder).take();
}

std::optional<base::Score> sum_of(const std::vector<Contribution>& contributions) {
  std::optional<base::Score> sum;
  for (const Contribution& contribution : contributions) {
    const ScoreEntry& entry = contribution.entry;
    sum = sum && !entry.replaces ? *sum + entry.amount : entry.amount;
  }
  return sum;
}

}  // namespace systole::policy::explain
