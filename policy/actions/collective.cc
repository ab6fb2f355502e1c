// The points in the order at which groups, clones and bundles start and stop as a whole.

#include <algorithm>

#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

constexpr int kInfinitePriority = base::Score::kInfinity;

/// What the parts of a collective are about to do.
struct Activity {
  bool starting = false;
  bool stopping = false;
  bool active = false;
  bool promoting = false;
  bool demoting = false;
  bool moves = false;  ///< some part both starts and stops
};

void observe(const ActionPlan& plan, RscId rsc, Activity& out) {
  const Status& status = plan.status();
  bool starts = false;
  bool stops = false;
  if (status.resource(rsc).is_primitive()) {
    for (const ActionId id : plan.actions_of(rsc)) {
      const Action& action = plan.action(id);
      if (action.optional) continue;
      if (action.task == Task::kStart && action.runnable) starts = true;
      if (action.task == Task::kStop && (action.pseudo || action.runnable)) stops = true;
      if (action.task == Task::kPromote && action.runnable) out.promoting = true;
      if (action.task == Task::kDemote && (action.pseudo || action.runnable)) out.demoting = true;
    }
    out.active = out.active || !status.resource(rsc).active_on.empty();
  }
  out.starting = out.starting || starts;
  out.stopping = out.stopping || stops;
  out.moves = out.moves || (starts && stops);
  for (const RscId child : status.resource(rsc).children) observe(plan, child, out);
}

}  // namespace

void Planner::create_group(RscId id) {
  for (const RscId member : rsc(id).children) create_actions(member);
  pseudo(id, Task::kStart, true, true);
  pseudo(id, Task::kRunning, true, true);
  pseudo(id, Task::kStop, true, true);
  pseudo(id, Task::kStopped, true, true);
  if (!model::is_true(rsc(id).meta.value_or("promotable", "false"))) return;
  pseudo(id, Task::kDemote, true, true);
  pseudo(id, Task::kDemoted, true, true);
  pseudo(id, Task::kPromote, true, true);
  pseudo(id, Task::kPromoted, true, true);
}

void Planner::create_clone(RscId id) {
  const Resource& clone = rsc(id);
  const std::size_t told = plan_.remarks.list().size();
  for (const RscId instance : clone.children) create_actions(instance);
  // As Pacemaker does, which looks at such instances a second time for their roles.
  if (clone.clone.promotable) plan_.remarks.repeat_from(told);
  Activity activity;
  observe(plan_, id, activity);
  const auto done = [&](Task task, bool optional, bool runnable) {
    const ActionId action = pseudo(id, task, optional, runnable);
    plan_.action(action).priority = kInfinitePriority;
  };
  pseudo(id, Task::kStart, !activity.starting, true);
  done(Task::kRunning, !activity.starting, activity.active || activity.starting);
  const ActionId stop = pseudo(id, Task::kStop, !activity.stopping, true);
  plan_.action(stop).migratable = !activity.moves;
  done(Task::kStopped, !activity.stopping, true);
  if (clone.clone.notify) {
    create_notifications(id, Task::kStart, Task::kRunning);
    create_notifications(id, Task::kStop, Task::kStopped);
  }
  if (!clone.clone.promotable) return;
  pseudo(id, Task::kPromote, !activity.promoting, true);
  done(Task::kPromoted, !activity.promoting, true);
  if (clone.clone.notify) create_notifications(id, Task::kPromote, Task::kPromoted);
  pseudo(id, Task::kDemote, !activity.demoting, true);
  done(Task::kDemoted, !activity.demoting, true);
  if (clone.clone.notify) create_notifications(id, Task::kDemote, Task::kDemoted);
}

void Planner::create_bundle(RscId id) {
  const Resource& bundle = rsc(id);
  Activity activity;
  for (const Replica& replica : bundle.bundle.replicas) {
    if (replica.address) create_actions(*replica.address);
    create_actions(replica.container);
    if (replica.connection) create_actions(*replica.connection);
    observe(plan_, replica.container, activity);
  }
  const auto done = [&](Task task, bool optional, bool runnable) {
    const ActionId action = pseudo(id, task, optional, runnable);
    plan_.action(action).priority = kInfinitePriority;
  };
  pseudo(id, Task::kStart, !activity.starting, true);
  done(Task::kRunning, !activity.starting, activity.active || activity.starting);
  const ActionId stop = pseudo(id, Task::kStop, !activity.stopping, true);
  plan_.action(stop).migratable = !activity.moves;
  done(Task::kStopped, !activity.stopping, true);
  if (!bundle.bundle.inner) return;
  create_actions(*bundle.bundle.inner);
  if (!rsc(*bundle.bundle.inner).clone.promotable) return;
  pseudo(id, Task::kPromote, true, true);
  done(Task::kPromoted, true, true);
  pseudo(id, Task::kDemote, true, true);
  done(Task::kDemoted, true, true);
}

/// The four points around `task` at which the instances of a clone are told of it.
void Planner::create_notifications(RscId id, Task task, Task done) {
  const auto base = plan_.find(id, {.task = task});
  const auto completion = plan_.find(id, {.task = done});
  if (!base || !completion) return;
  const auto make = [&](Task about, NotifyPhase phase, bool runnable) {
    Action action;
    const bool confirmed =
        phase == NotifyPhase::kConfirmedPre || phase == NotifyPhase::kConfirmedPost;
    action.task = confirmed ? Task::kNotified : Task::kNotify;
    action.key = OpKey{.task = about, .phase = phase};
    action.resource = id;
    action.pseudo = true;
    action.optional = plan_.action(*base).optional;
    action.runnable = runnable;
    const bool post = phase == NotifyPhase::kPost || phase == NotifyPhase::kConfirmedPost;
    if (post) action.priority = kInfinitePriority;
    action.meta.emplace_back("notify_key_type", std::string(to_string(phase)));
    action.meta.emplace_back("notify_key_operation", std::string(to_string(about)));
    action.meta.emplace_back("notify_type", post ? "post" : "pre");
    action.meta.emplace_back("notify_operation", std::string(to_string(task)));
    return plan_.add(std::move(action));
  };
  using namespace effect;
  const ActionId pre = make(task, NotifyPhase::kPre, true);
  const ActionId confirmed_pre = make(task, NotifyPhase::kConfirmedPre, true);
  const bool completes = plan_.action(*completion).runnable;
  const ActionId post = make(done, NotifyPhase::kPost, completes);
  const ActionId confirmed_post = make(done, NotifyPhase::kConfirmedPost, completes);
  plan_.order(pre, confirmed_pre, kOrder);
  plan_.order(confirmed_pre, *base, kOrder);
  // Nothing is reported as done that turns out to be impossible.
  plan_.order(*completion, post, kFirstImpliesThen | kUnrunnableBlocks);
  plan_.order(post, confirmed_post, kFirstImpliesThen | kUnrunnableBlocks);
  plan_.order(confirmed_pre, post, kOrder);
  const auto between = [&](Task earlier, Task later) {
    const auto first = plan_.find_key(
        id, OpKey{.task = earlier, .phase = NotifyPhase::kConfirmedPost}, std::nullopt);
    const auto then =
        plan_.find_key(id, OpKey{.task = later, .phase = NotifyPhase::kPre}, std::nullopt);
    if (first && then) plan_.order(*first, *then, kOrder);
  };
  between(Task::kStopped, Task::kStart);
  if (!rsc(id).clone.promotable) return;
  between(Task::kStopped, Task::kPromote);
  between(Task::kRunning, Task::kPromote);
  between(Task::kDemoted, Task::kPromote);
  between(Task::kDemoted, Task::kStart);
  between(Task::kDemoted, Task::kStop);
}

}  // namespace systole::policy
