#include "policy/plan.h"

#include "policy/graph/graph_builder.h"
#include "policy/ordering/orderer.h"

namespace systole::policy {

Plan plan(const model::Snapshot& snapshot, std::uint32_t transition_id, Reasons reasons) {
  Plan out;
  out.status = std::make_unique<Status>(read_status(snapshot, reasons));
  out.placement = std::make_unique<Placement>(place(*out.status));
  out.actions = std::make_unique<ActionPlan>(decide_actions(*out.status, *out.placement));
  order_actions(*out.actions);
  out.summary = summarize(*out.actions);
  out.graph = build_graph(*out.actions, transition_id);
  return out;
}

}  // namespace systole::policy
