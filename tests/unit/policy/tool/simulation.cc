#include "tests/unit/policy/tool/simulation.h"

#include "lib/base/strings.h"
#include "lib/xml/document.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/transition.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {

Simulated carry_out(const std::string& xml) {
  const Planned planned = plan_for(xml);
  tool::ClusterCopy cluster(*xml::Document::parse(xml));
  cluster.set_now(planned.snapshot->now);
  const auto perform = [&](const model::GraphAction& action) {
    if (action.kind == model::GraphActionKind::kFence) cluster.fence(action.node);
    if (action.kind != model::GraphActionKind::kResource) return true;
    if (action.operation == "delete") return true;
    int rc = 0;
    for (const auto& [name, value] : action.attributes) {
      if (name == "CRM_meta_op_target_rc") rc = base::parse_integer<int>(value).value_or(0);
    }
    cluster.record(action, {action.resource->id, action.resource->id, rc});
    return true;
  };
  Simulated out;
  out.complete = tool::execute(planned.plan.graph, perform) == tool::TransitionEnd::kComplete;
  out.xml = cluster.document().indented();
  return out;
}

}  // namespace systole::policy
