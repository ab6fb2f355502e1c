#include "policy/systole/explain_tree.h"

#include "lib/base/strings.h"
#include "policy/explain/names.h"
#include "policy/explain/trial.h"
#include "policy/status/queries.h"
#include "policy/systole/words.h"

namespace systole::policy {

namespace {

using cli::Element;
using explain::Contribution;
using explain::Explanation;
using explain::NodeVerdict;
using explain::Promotion;

class TreeWriter {
 public:
  explicit TreeWriter(const ExplainView& view)
      : view_(view), plan_(view.plan), status_(*view.plan.status) {}

  void add(Element& parent, const Explanation& explanation) const {
    const Resource& rsc = status_.resource(explanation.resource);
    Element& out = parent.add("resource");
    out.set("id", rsc.id).set("kind", kind_of(rsc));
    out.set("role", to_string(explanation.role)).set("next_role", to_string(explanation.next_role));
    if (explanation.node) out.set("placed_on", words::node_name(plan_, *explanation.node));
    out.set_boolean("managed", explanation.managed).set_boolean("blocked", explanation.blocked);
    out.set_boolean("failed", explanation.failed);
    if (explanation.rule) out.set("chosen_by", explain::name_of(*explanation.rule));
    if (explanation.runner_up) {
      const NodeVerdict& second = explanation.nodes[*explanation.runner_up];
      out.set("runner_up", words::node_name(plan_, second.node));
      out.set_number("margin", explanation.margin.value());
      out.set("decided_by", explain::name_of(explanation.tie));
    }
    for (const NodeId node : explanation.active_on) {
      out.add("active_on").set("node", words::node_name(plan_, node));
    }
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (view_.node && verdict.node != *view_.node) continue;
      add_node(out, explanation, verdict);
    }
    for (const Promotion& promotion : explanation.promotions) add_promotion(out, promotion);
    for (const FailedOperation& failure : status_.failures) {
      if (failure.resource == explanation.resource) add_failure(out, failure);
    }
    for (const SummaryLine* line : explanation.summary) add_summary(out, *line);
    for (const explain::ActionNote& note : explanation.actions) add_action(out, note);
    for (const Explanation& part : explanation.parts) add(out, part);
  }

 private:
  static std::string_view kind_of(const Resource& rsc) {
    switch (rsc.kind) {
      case model::ResourceKind::kPrimitive:
        return "primitive";
      case model::ResourceKind::kGroup:
        return "group";
      case model::ResourceKind::kClone:
        return "clone";
      case model::ResourceKind::kBundle:
        return "bundle";
    }
    return "unknown";
  }

  void add_contribution(Element& parent, RscId rsc, const Contribution& contribution) const {
    const ScoreEntry& entry = contribution.entry;
    Element& out = parent.add("contribution");
    out.set("cause", explain::name_of(entry.why.cause));
    out.set_number("amount", entry.amount.value());
    if (entry.replaces) out.set_boolean("replaces", true);
    out.set_number("sum", contribution.sum.value());
    if (!entry.why.detail.empty()) out.set("id", entry.why.detail);
    if (!entry.why.rule.empty()) out.set("rule", entry.why.rule);
    if (entry.why.other) out.set("with", words::resource_name(plan_, *entry.why.other));
    if (entry.why.cause == ScoreCause::kMigrationThreshold) {
      out.set_number("fail_count", contribution.fail_count.value());
      out.set_number("migration_threshold", contribution.threshold.value());
    }
    out.set("text", words::cause(plan_, rsc, contribution));
  }

  void add_node(Element& parent, const Explanation& explanation, const NodeVerdict& verdict) const {
    Element& out = parent.add("node");
    out.set("name", words::node_name(plan_, verdict.node));
    if (verdict.score) out.set_number("score", verdict.score->value());
    out.set_boolean("candidate", verdict.score.has_value()).set_boolean("chosen", verdict.chosen);
    out.set_boolean("active", verdict.active).set("state", explain::name_of(verdict.state));
    if (explanation.rule) out.set_number("load", verdict.load);
    for (const Contribution& contribution : verdict.contributions) {
      add_contribution(out, explanation.resource, contribution);
    }
    if (verdict.chosen || !explanation.rule) return;
    for (const std::string& clause : words::change(plan_, explanation, verdict)) {
      out.add("change").set("text", clause);
    }
    if (view_.node) add_trial(out, explanation, verdict);
  }

  void add_trial(Element& parent, const Explanation& explanation,
                 const NodeVerdict& verdict) const {
    const auto trial = explain::try_change(plan_, explanation, verdict);
    if (!trial) return;
    Element& out = parent.add("trial");
    out.set_boolean("chosen", trial->chosen);
    for (const explain::Displacement& other : trial->others) {
      Element& moved = out.add("moved");
      moved.set("resource", other.resource);
      if (!other.from.empty()) moved.set("from", other.from);
      if (!other.to.empty()) moved.set("to", other.to);
    }
  }

  void add_promotion(Element& parent, const Promotion& promotion) const {
    Element& out = parent.add("promotion");
    out.set("instance", words::resource_name(plan_, promotion.instance));
    if (promotion.node) out.set("node", words::node_name(plan_, *promotion.node));
    out.set_number("value", promotion.value.value()).set_boolean("promoted", promotion.promoted);
    for (const Contribution& contribution : promotion.contributions) {
      add_contribution(out, promotion.instance, contribution);
    }
  }

  void add_failure(Element& parent, const FailedOperation& failure) const {
    if (failure.operation == nullptr) return;
    const model::HistoryOperation& op = *failure.operation;
    Element& out = parent.add("failure");
    out.set("operation", op.operation).set_number("interval_ms", op.interval_ms);
    out.set("node", words::node_name(plan_, failure.node)).set_number("rc", failure.rc);
    if (op.last_change) out.set_number("time", *op.last_change);
    if (!op.exit_reason.empty()) out.set("exit_reason", op.exit_reason);
  }

  static void add_summary(Element& parent, const SummaryLine& line) {
    Element& out = parent.add("planned");
    out.set("verb", line.verb).set("details", line.details).set_boolean("blocked", line.blocked);
    if (!line.reason.empty()) out.set("reason", line.reason);
  }

  void add_action(Element& parent, const explain::ActionNote& note) const {
    Element& out = parent.add("action");
    out.set("task", note.task == Task::kOther ? note.name : to_string(note.task));
    if (note.node) out.set("node", words::node_name(plan_, *note.node));
    out.set_number("interval_ms", note.interval_ms).set_boolean("runnable", note.runnable);
    if (!note.reason.empty()) out.set("reason", note.reason);
    for (const explain::Wait& wait : note.waits) {
      Element& after = out.add("after");
      after.set("task", to_string(wait.task));
      if (wait.resource) after.set("resource", words::resource_name(plan_, *wait.resource));
      if (wait.node) after.set("node", words::node_name(plan_, *wait.node));
      if (!wait.order.empty()) after.set("order", wait.order);
    }
  }

  const ExplainView& view_;
  const Plan& plan_;
  const Status& status_;
};

}  // namespace

void add_explanation(const ExplainView& view, cli::Element& parent) {
  TreeWriter(view).add(parent, view.explanation);
}

}  // namespace systole::policy
