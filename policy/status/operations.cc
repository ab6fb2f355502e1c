#include <algorithm>
#include <array>

#include "policy/digest/digest.h"
#include "policy/status/build.h"
#include "policy/status/fail_counts.h"
#include "policy/status/history_entry.h"
#include "policy/status/history_keys.h"
#include "policy/status/operation_meta.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::HistoryOperation;
using model::Text;

constexpr std::array<Text, 8> kTelling = {"monitor", "start",      "stop",         "promote",
                                          "demote",  "migrate_to", "migrate_from", "asyncmon"};

bool is_readable(const HistoryOperation& op) {
  if (std::find(kTelling.begin(), kTelling.end(), op.operation) == kTelling.end()) return false;
  if (!op.status || *op.status < op_status::kPending || *op.status > op_status::kMax) return false;
  if (*op.status == op_status::kCancelled) return false;
  return *op.status == op_status::kPending || (op.rc && *op.rc >= 0 && *op.rc <= 255);
}

void clear_failures(HistoryEntry& entry, std::string_view reason) {
  entry.status.demands.push_back(
      {Demand::Kind::kClearFailures, entry.id, entry.node, {}, 0, reason});
}

using Meaning = remark::FailureRecorded::Meaning;

void add_remark(HistoryEntry& entry, const Outcome& outcome, Meaning meaning) {
  entry.status.remarks.add(remark::FailureRecorded{entry.id, entry.node, &outcome.op, outcome.rc,
                                                   outcome.status, meaning});
}

void record(HistoryEntry& entry, const Outcome& outcome, Meaning meaning = Meaning::kUnexpected) {
  add_remark(entry, outcome, meaning);
  if (outcome.rc == rc::kNotInstalled && !entry.status.options.symmetric) return;
  const int shown_rc = outcome.op.rc.value_or(outcome.rc);
  const int shown_status = outcome.op.status.value_or(outcome.status);
  entry.status.failures.push_back({entry.id, entry.node, &outcome.op, shown_rc, shown_status});
}

/// A reconnecting remote connection's failures last until the node has been fenced.
bool awaits_fencing(const HistoryEntry& entry, const HistoryOperation& op) {
  const Resource& rsc = entry.status.resource(entry.id);
  if (rsc.reconnect_interval_ms == 0 || !rsc.remote_node) return false;
  return entry.status.options.fencing_enabled && op.interval_ms != 0 &&
         !entry.status.node(*rsc.remote_node).fenced_since_start;
}

void remap_degraded(HistoryEntry& entry, Outcome& outcome) {
  if (outcome.rc != rc::kDegraded && outcome.rc != rc::kDegradedPromoted) return;
  if (!outcome.expired) record(entry, outcome);
  outcome.rc = outcome.rc == rc::kDegraded ? rc::kOk : rc::kRunningPromoted;
}

void mask_impossible(HistoryEntry& entry, Outcome& outcome) {
  const bool impossible = outcome.rc == rc::kNotInstalled || outcome.rc == rc::kInvalidParameter ||
                          outcome.status == op_status::kNotInstalled;
  if (!outcome.probe || !impossible || bundle_of(entry.status, entry.id)) return;
  outcome.masked = true;
  outcome.status = op_status::kDone;
  outcome.rc = rc::kNotRunning;
}

/// A stop that can neither succeed nor be replaced by fencing leaves the resource to people.
void block_unstoppable(HistoryEntry& entry, const Outcome& outcome) {
  if (outcome.op.operation != "stop" || outcome.expired) return;
  if (can_fence(entry.status, entry.node)) return;
  add_remark(entry, outcome, Meaning::kUnstoppable);
  entry.resource().managed = false;
  entry.resource().blocked = true;
}

void judge_not_running(HistoryEntry& entry, Outcome& outcome) {
  const bool fine =
      outcome.probe || outcome.expected == rc::kNotRunning || !entry.resource().managed;
  if (!fine) return;
  outcome.status = op_status::kDone;
  entry.resource().role = Role::kStopped;
  entry.on_fail = OnFail::kIgnore;
  entry.resource().next_role = Role::kUnknown;
}

/// Brings (status, rc) into one meaning. The rules are a table by result code.
void normalise(HistoryEntry& entry, Outcome& outcome) {
  remap_degraded(entry, outcome);
  mask_impossible(entry, outcome);
  if (outcome.status == op_status::kNoFenceDevice || outcome.status == op_status::kNoSecrets) {
    outcome.status = op_status::kHardError;
    return;
  }
  if (outcome.status != op_status::kDone && outcome.status != op_status::kError) return;
  const bool as_expected = outcome.expected != rc::kUnknown && outcome.rc == outcome.expected;
  outcome.status = as_expected ? op_status::kDone : op_status::kError;
  switch (outcome.rc) {
    case rc::kOk:
      if (outcome.probe && outcome.expected == rc::kNotRunning) outcome.status = op_status::kDone;
      break;
    case rc::kNotRunning:
      judge_not_running(entry, outcome);
      break;
    case rc::kRunningPromoted:
      if (outcome.probe && !as_expected) outcome.status = op_status::kDone;
      if (!outcome.expired || as_expected) entry.resource().role = Role::kPromoted;
      break;
    case rc::kFailedPromoted:
      if (!outcome.expired || as_expected) entry.resource().role = Role::kPromoted;
      outcome.status = op_status::kError;
      break;
    case rc::kNotConfigured:
      outcome.status = op_status::kFatalError;
      break;
    case rc::kUnimplemented:
      if (outcome.op.interval_ms > 0) {
        outcome.status = op_status::kNotSupported;
        break;
      }
      [[fallthrough]];
    case rc::kNotInstalled:
    case rc::kInvalidParameter:
    case rc::kInsufficientPrivileges:
      block_unstoppable(entry, outcome);
      outcome.status = op_status::kHardError;
      break;
    default:
      break;
  }
}

/// Returns whether an expired failure needs no further attention.
bool skip_expired(HistoryEntry& entry, const Outcome& outcome) {
  if (!outcome.expired) return false;
  if (outcome.masked) {
    if (entry.resource().role <= Role::kStopped) entry.resource().role = Role::kUnknown;
    return true;
  }
  if (outcome.rc == outcome.expected) return false;
  if (outcome.op.interval_ms == 0) return true;
  if (!entry.at().online || entry.at().unclean) return false;
  entry.status.expired.insert(&outcome.op);
  return true;
}

void apply_masked(HistoryEntry& entry, Outcome& outcome) {
  record(entry, outcome);
  Resource& rsc = entry.resource();
  if (!outcome.op.on_node.empty()) rsc.probe_failed_on.push_back(entry.node);
  if (rsc.role <= Role::kStopped) rsc.role = Role::kStopped;
  ban_after_failure(entry, outcome.op, false);
}

void apply_final(HistoryEntry& entry, Outcome& outcome) {
  OnFail on_fail = on_fail_of(entry.status, entry.id, outcome.op.operation, outcome.op.interval_ms);
  const bool is_stop = outcome.op.operation == "stop";
  if (outcome.status == op_status::kNotInstalled) {
    if (on_fail == OnFail::kIgnore) {
      on_fail = OnFail::kBan;
      add_remark(entry, outcome, Meaning::kNoAgent);
    }
    apply_failure(entry, outcome, on_fail);
    ban_after_failure(entry, outcome.op, false);
    record(entry, outcome);
    return;
  }
  if (outcome.status == op_status::kNotConnected && entry.at().is_remote_kind() &&
      entry.at().connection && entry.status.resource(*entry.at().connection).managed) {
    entry.status.resource(*entry.at().connection).failed = true;
  }
  if (on_fail == OnFail::kIgnore || (is_stop && on_fail == OnFail::kRestartContainer)) {
    Outcome expected = outcome;
    expected.rc = outcome.expected;
    apply_success(entry, expected);
    entry.resource().failure_ignored = true;
    record(entry, outcome, Meaning::kIgnored);
    entry.on_fail = std::max(entry.on_fail, on_fail);
    return;
  }
  apply_failure(entry, outcome, on_fail);
  record(entry, outcome);
  const bool nowhere = outcome.status == op_status::kFatalError;
  if (!nowhere && outcome.status != op_status::kHardError) return;
  add_remark(entry, outcome, nowhere ? Meaning::kNowhere : Meaning::kNotHere);
  ban_after_failure(entry, outcome.op, nowhere);
}

}  // namespace

Role active_role(const Status& status, RscId rsc) {
  return in_promotable(status, rsc) ? Role::kUnpromoted : Role::kStarted;
}

void ban_after_failure(HistoryEntry& entry, const HistoryOperation& op, bool everywhere) {
  RscId target = entry.id;
  if (!entry.resource().unique) target = clone_of(entry.status, entry.id).value_or(entry.id);
  const Adjustment ban{base::Score::minus_infinity(), {ScoreCause::kFailure, op.id, entry.id}};
  if (everywhere) {
    adjust_everywhere(entry.status, target, ban);
  } else {
    adjust(entry.status, target, entry.node, ban);
  }
}

namespace {

void remark_ignored_timeout(HistoryEntry& entry) {
  Remarks& remarks = entry.status.remarks;
  if (!remarks.asked() || entry.resource().failure_timeout_ms <= 0) return;
  const bool is_told =
      std::any_of(remarks.list().begin(), remarks.list().end(), [&](const Remark& told) {
        const auto* ignored = std::get_if<remark::TimeoutIgnored>(&told);
        return ignored != nullptr && ignored->resource == entry.id;
      });
  if (!is_told) remarks.add(remark::TimeoutIgnored{entry.id});
}

}  // namespace

bool is_expired(HistoryEntry& entry, const HistoryOperation& op) {
  Resource& rsc = entry.resource();
  const int code = op.rc.value_or(rc::kUnknown);
  const bool probe = op.operation == "monitor" && op.interval_ms == 0;
  const bool last_failure = op.id.ends_with("_last_failure_0");
  bool expired = false;
  const std::int64_t timeout = failure_timeout_ms(entry.status, entry.id, entry.node);
  if (timeout == 0) remark_ignored_timeout(entry);
  if (timeout > 0 && op.last_change && op.status != op_status::kNotInstalled &&
      !awaits_fencing(entry, op)) {
    const std::int64_t deadline = *op.last_change + model::to_seconds(timeout);
    expired = entry.status.snapshot->now >= deadline;
    if (!expired && code != expected_rc(op)) note_change(entry.status, deadline + 1);
  }
  if (expired) {
    const FailCount raw = fail_count(entry.status, entry.id, entry.node, Expiry::kIgnored);
    if (raw.count.value() != 0) {
      const FailCount live = fail_count(entry.status, entry.id, entry.node, Expiry::kApplied,
                                        &entry.status.next_change);
      if (live.count.value() == 0) {
        clear_failures(entry, "it expired");
      } else {
        expired = false;
      }
    } else if (last_failure && rsc.reconnect_interval_ms > 0) {
      clear_failures(entry, "reconnect interval is set");
    }
  }
  if (!expired && last_failure && (op.operation == "start" || op.operation == "monitor") &&
      !bundle_of(entry.status, entry.id)) {
    const DigestVerdict verdict = compare_digests(entry.status, entry.id, entry.node, op);
    if (verdict == DigestVerdict::kMismatch || verdict == DigestVerdict::kRestart) {
      clear_failures(entry, "resource parameters have changed");
    }
  }
  const bool settled = code == rc::kOk || code == rc::kNotRunning || code == rc::kRunningPromoted ||
                       code == rc::kDegraded || code == rc::kDegradedPromoted;
  return expired && !(probe && settled);
}

void interpret(HistoryEntry& entry, const HistoryOperation& op) {
  if (!is_readable(op)) return;
  Outcome outcome{op};
  outcome.rc = op.rc.value_or(rc::kUnknown);
  outcome.status = *op.status;
  outcome.expected = expected_rc(op);
  outcome.probe = op.operation == "monitor" && op.interval_ms == 0;
  if (outcome.status == op_status::kPending) {
    apply_pending(entry, outcome);
    return;
  }
  outcome.expired = is_expired(entry, op);
  normalise(entry, outcome);
  if (skip_expired(entry, outcome)) return;
  if (outcome.masked) {
    apply_masked(entry, outcome);
  } else if (outcome.status == op_status::kDone) {
    apply_success(entry, outcome);
  } else {
    apply_final(entry, outcome);
  }
}

}  // namespace systole::policy
