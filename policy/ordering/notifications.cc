// What the instances of a clone are told about each other.

#include <algorithm>
#include <array>
#include <map>

#include "lib/base/strings.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

/// An instance and the node where something is or happens.
using Entry = std::pair<std::string, std::string>;

/// Who is where and what happens to whom, as agents are told it.
class Notice {
 public:
  explicit Notice(const ActionPlan& plan) : plan_(plan), status_(plan.status()) {}

  void collect(RscId id) {
    const Resource& rsc = status_.resource(id);
    for (const RscId child : rsc.children) collect(child);
    if (!rsc.is_primitive()) return;
    const PlacedResource& placed = plan_.resource(id);
    if (rsc.active_on.empty()) {
      if (placed.role == Role::kStopped) add("inactive", id, {});
    } else {
      add_state(id, placed.role, status_.node(rsc.active_on.front()).name);
    }
    for (const ActionId action : plan_.actions_of(id)) add_action(id, plan_.action(action));
  }

  const std::vector<Entry>& list(std::string_view name) const {
    static const std::vector<Entry> kNone;
    const auto found = lists_.find(name);
    return found == lists_.end() ? kNone : found->second;
  }

  MetaList meta(RscId clone) {
    MetaList out;
    const auto put = [&](model::Text resources, model::Text nodes, std::string_view from) {
      std::vector<Entry> entries = list(from);
      std::sort(entries.begin(), entries.end());
      std::string names;
      std::string places;
      std::string last;
      for (const auto& [name, place] : entries) {
        if (name == last) continue;
        last = name;
        names += (names.empty() ? "" : " ") + name;
        if (!place.empty()) places += (places.empty() ? "" : " ") + place;
      }
      out.emplace_back(resources, names.empty() ? " " : names);
      if (!nodes.empty()) out.emplace_back(nodes, places.empty() ? " " : places);
    };
    put("notify_stop_resource", "notify_stop_uname", "stop");
    put("notify_start_resource", "notify_start_uname", "start");
    put("notify_demote_resource", "notify_demote_uname", "demote");
    put("notify_promote_resource", "notify_promote_uname", "promote");
    put("notify_active_resource", "notify_active_uname", "active");
    put("notify_unpromoted_resource", "notify_unpromoted_uname", "unpromoted");
    put("notify_slave_resource", "notify_slave_uname", "unpromoted");
    put("notify_promoted_resource", "notify_promoted_uname", "promoted");
    put("notify_master_resource", "notify_master_uname", "promoted");
    put("notify_inactive_resource", {}, "inactive");
    out.emplace_back("notify_available_uname", node_names(clone, true));
    out.emplace_back("notify_all_uname", node_names(clone, false));
    return out;
  }

 private:
  void add(std::string_view list, RscId id, std::string_view node) {
    lists_[std::string(list)].emplace_back(status_.resource(id).id, node);
  }

  void add_state(RscId id, Role role, std::string_view node) {
    switch (role) {
      case Role::kStopped:
        add("inactive", id, {});
        break;
      case Role::kStarted:
        add("active", id, node);
        break;
      case Role::kUnpromoted:
        add("unpromoted", id, node);
        add("active", id, node);
        break;
      case Role::kPromoted:
        add("promoted", id, node);
        add("active", id, node);
        break;
      case Role::kUnknown:
        break;
    }
  }

  void add_action(RscId id, const Action& action) {
    if (action.optional || !action.node || action.key.interval_ms > 0) return;
    if (action.key.phase != NotifyPhase::kNone) return;
    const bool lost = action.task == Task::kStop && plan_.node(*action.node).unclean;
    if (!action.runnable && !lost) return;
    const std::string_view node = status_.node(*action.node).name;
    switch (action.task) {
      case Task::kStart:
        add("start", id, node);
        break;
      case Task::kStop:
        add("stop", id, node);
        break;
      case Task::kPromote:
        add("promote", id, node);
        break;
      case Task::kDemote:
        add("demote", id, node);
        break;
      default:
        break;
    }
  }

  std::string node_names(RscId clone, bool allowed_only) const {
    std::string out;
    for (const NodeId node : status_.node_order) {
      if (allowed_only && !plan_.placement().tables.at(clone, node).present) continue;
      out += (out.empty() ? "" : " ") + std::string(status_.node(node).name);
    }
    return out;
  }

  const ActionPlan& plan_;
  const Status& status_;
  std::map<std::string, std::vector<Entry>, std::less<>> lists_;
};

struct Kind {
  Task task;
  Task done;
  std::string_view list;
};

constexpr std::array<Kind, 4> kKinds = {{{Task::kStart, Task::kRunning, "start"},
                                         {Task::kStop, Task::kStopped, "stop"},
                                         {Task::kPromote, Task::kPromoted, "promote"},
                                         {Task::kDemote, Task::kDemoted, "demote"}}};

void add_missing(MetaList& to, const MetaList& from) {
  for (const auto& entry : from) {
    const bool known = std::any_of(to.begin(), to.end(),
                                   [&](const auto& own) { return own.first == entry.first; });
    if (!known) to.push_back(entry);
  }
}

/// Makes the notifications of one clone.
class Notifier {
 public:
  Notifier(ActionPlan& plan, RscId clone) : plan_(plan), status_(plan.status()), clone_(clone) {}

  void run() {
    Notice notice(plan_);
    notice.collect(clone_);
    lists_ = notice.meta(clone_);
    for (const Kind& kind : kKinds) notify(kind, notice);
    for (const ImpliedStop& implied : plan_.implied_stops) {
      const auto stopped = plan_.action(implied.stop).resource;
      if (stopped && clone_of(status_, *stopped) == clone_) notify_fencing(*stopped, implied);
    }
    for_each_primitive(status_, clone_, [&](RscId id) {
      for (const ActionId action : plan_.actions_of(id)) {
        Action& at = plan_.action(action);
        if (at.optional || at.key.interval_ms > 0 || at.key.phase != NotifyPhase::kNone) continue;
        if (at.task == Task::kStart || at.task == Task::kStop || at.task == Task::kPromote ||
            at.task == Task::kDemote) {
          add_missing(at.meta, lists_);
        }
      }
    });
  }

 private:
  std::optional<ActionId> point(Task task, NotifyPhase phase) const {
    return plan_.find_key(clone_, OpKey{.task = task, .phase = phase}, std::nullopt);
  }

  void notify(const Kind& kind, const Notice& notice) {
    pre_ = point(kind.task, NotifyPhase::kPre);
    confirmed_pre_ = point(kind.task, NotifyPhase::kConfirmedPre);
    post_ = point(kind.done, NotifyPhase::kPost);
    confirmed_post_ = point(kind.done, NotifyPhase::kConfirmedPost);
    if (!pre_ || !confirmed_pre_ || !post_ || !confirmed_post_) return;
    const bool any = !notice.list(kind.list).empty();
    if (any) {
      for (const ActionId id : {*pre_, *confirmed_pre_, *post_, *confirmed_post_}) {
        plan_.action(id).optional = false;
      }
    }
    if (!any && kind.task != Task::kStop) return;
    for_each_primitive(status_, clone_, [&](RscId id) { notify_instance(id, kind); });
  }

  void notify_instance(RscId id, const Kind& kind) {
    const PlacedResource& placed = plan_.resource(id);
    const bool down = kind.task == Task::kStop || kind.task == Task::kDemote;
    if (down) {
      if (placed.role <= Role::kStopped) return;
      for (const NodeId node : status_.resource(id).active_on) {
        const auto stop = plan_.find(id, {.task = Task::kStop, .node = node});
        const bool stopping = stop && !plan_.action(*stop).optional;
        const bool gone = plan_.node(node).unclean || status_.node(node).needs_reset;
        if (stop && plan_.action(*stop).pseudo && gone) continue;
        tell(id, node, kind.task, NotifyPhase::kPre);
        if (kind.task == Task::kDemote || !stopping) {
          tell(id, node, kind.task, NotifyPhase::kPost);
        }
      }
      return;
    }
    if (placed.next_role == Role::kStopped || !placed.node || is_cut_off(*placed.node)) return;
    const auto start = plan_.find(id, {.task = Task::kStart, .node = placed.node});
    const bool starting = start && !plan_.action(*start).optional;
    if (kind.task != Task::kStart || !starting) {
      tell(id, *placed.node, kind.task, NotifyPhase::kPre);
    }
    tell(id, *placed.node, kind.task, NotifyPhase::kPost);
  }

  /// The instances that are left learn of one that fencing stopped as soon as it has.
  void notify_fencing(RscId stopped, const ImpliedStop& implied) {
    const auto make = [&](Task task, NotifyPhase phase) {
      const OpKey key{.task = Task::kFence, .phase = phase};
      if (const auto known = plan_.find_key(stopped, key, std::nullopt)) return *known;
      Action action;
      action.task = task;
      action.key = key;
      action.resource = stopped;
      action.pseudo = true;
      action.optional = plan_.action(implied.fencing).optional;
      action.runnable = plan_.action(implied.fencing).runnable;
      action.priority = base::Score::kInfinity;
      action.meta.emplace_back("notify_type", "post");
      action.meta.emplace_back("notify_operation", "stop");
      return plan_.add(std::move(action));
    };
    post_ = make(Task::kNotify, NotifyPhase::kPost);
    confirmed_post_ = make(Task::kNotified, NotifyPhase::kConfirmedPost);
    plan_.order(implied.fencing, *post_, effect::kOrder);
    plan_.order(*post_, *confirmed_post_, effect::kOrder);
    for (const auto& [id, node] : implied.left) {
      tell(id, node, Task::kStop, NotifyPhase::kPost);
    }
  }

  /// Whether the connection to a remote node cannot be made.
  bool is_cut_off(NodeId node) const {
    const auto connection = status_.node(node).connection;
    if (!connection) return false;
    const auto start = plan_.find(*connection, {.task = Task::kStart});
    return start && !plan_.action(*start).runnable;
  }

  void tell(RscId id, NodeId node, Task about, NotifyPhase phase) {
    const bool post = phase == NotifyPhase::kPost;
    const ActionId from = post ? *post_ : *pre_;
    const ActionId to = post ? *confirmed_post_ : *confirmed_pre_;
    if (!plan_.node(node).online || !plan_.action(from).runnable) return;
    const OpKey key{.task = about, .phase = phase};
    if (const auto known = plan_.find_key(id, key, node)) {
      put_between(*known, from, to, post);
      return;
    }
    Action action;
    action.task = Task::kNotify;
    action.key = key;
    action.resource = id;
    action.node = node;
    action.optional = plan_.action(from).optional || !plan_.resource(id).managed;
    action.runnable =
        !status_.node(node).pending && (!status_.node(node).is_guest() || can_fence(status_, node));
    if (post) action.priority = base::Score::kInfinity;
    action.meta = plan_.action(from).meta;
    add_missing(action.meta, lists_);
    put_between(plan_.add(std::move(action)), from, to, post);
  }

  void put_between(ActionId told, ActionId from, ActionId to, bool post) {
    plan_.order(from, told, effect::kOrder);
    plan_.order(told, to, effect::kOrder);
    if (!post) return;
    for (const ActionId other : plan_.actions_of(*plan_.action(told).resource)) {
      const Action& recurring = plan_.action(other);
      if (recurring.key.interval_ms > 0 && recurring.task != Task::kCancel) {
        plan_.order(to, other, effect::kOrder);
      }
    }
  }

  ActionPlan& plan_;
  const Status& status_;
  RscId clone_;
  MetaList lists_;
  std::optional<ActionId> pre_;
  std::optional<ActionId> confirmed_pre_;
  std::optional<ActionId> post_;
  std::optional<ActionId> confirmed_post_;
};

}  // namespace

void Orderer::notify() {
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const Resource& rsc = status_.resources[i];
    if (rsc.is_clone() && rsc.clone.notify) {
      Notifier(plan_, RscId(static_cast<std::uint32_t>(i))).run();
    }
  }
}

}  // namespace systole::policy
