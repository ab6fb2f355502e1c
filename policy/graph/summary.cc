#include "policy/graph/summary.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

class Summary {
 public:
  explicit Summary(const ActionPlan& plan) : plan_(plan), status_(plan.status()) {}

  std::vector<SummaryLine> run() && {
    for (std::size_t i = plan_.size(); i-- > 0;) {
      const Action& action = plan_.action(ActionId(static_cast<std::uint32_t>(i)));
      if (action.task == Task::kFence && !action.optional) add_fencing(action);
    }
    for (const RscId id : plan_.placement().order) add_tree(id);
    for (const RscId id : status_.top_level) {
      const auto& order = plan_.placement().order;
      if (std::find(order.begin(), order.end(), id) == order.end()) add_tree(id);
    }
    return std::move(lines_);
  }

 private:
  void add_fencing(const Action& action) {
    if (action.reason.empty() || !action.runnable) return;
    SummaryLine line;
    line.verb = base::cat("Fence (", action.fence_operation, ")");
    line.subject = status_.node(*action.node).name;
    const auto container = container_of_node(status_, *action.node);
    if (status_.node(*action.node).is_guest() && container) {
      line.subject += base::cat(" (resource: ", status_.resource(*container).id, ")");
    }
    line.reason = action.reason;
    lines_.push_back(std::move(line));
  }

  void add_tree(RscId id) {
    const Resource& rsc = status_.resource(id);
    if (rsc.is_primitive()) {
      add_primitive(id);
    } else if (rsc.is_bundle()) {
      for (const Replica& replica : rsc.bundle.replicas) {
        if (replica.address) add_primitive(*replica.address);
        add_primitive(replica.container);
        if (replica.connection) add_primitive(*replica.connection);
        if (replica.instance) add_tree(*replica.instance);
      }
    } else {
      for (const RscId child : rsc.children) add_tree(child);
    }
  }

  /// What is known about one resource while its line is chosen.
  struct View {
    RscId id;
    Role role;
    Role next_role;
    std::optional<NodeId> current;
    std::optional<NodeId> next;
    const Action* start = nullptr;
    const Action* stop = nullptr;
    const Action* promote = nullptr;
    const Action* demote = nullptr;
    bool moving = false;
  };

  const Action* find(RscId id, Task task, std::optional<NodeId> node) const {
    for (const ActionId action : plan_.actions_of(id)) {
      const Action& at = plan_.action(action);
      if (at.key != OpKey{.task = task}) continue;
      if (node && at.node && *at.node != *node) continue;
      return &at;
    }
    return nullptr;
  }

  static bool required(const Action* action) { return action != nullptr && !action->optional; }

  void add_primitive(RscId id) {
    const Resource& rsc = status_.resource(id);
    const PlacedResource& placed = plan_.resource(id);
    View view{id, placed.role, placed.next_role, {}, {}};
    view.current = current_node(status_, id).node;
    view.next = placed.node;
    if (!placed.managed || (!view.current && !view.next)) return;
    if (rsc.removed && view.role == Role::kStopped) return;
    if (view.role == Role::kStopped && view.current) view.role = Role::kStarted;
    view.start = find(id, Task::kStart, view.next);
    const bool start_runs = view.start != nullptr && view.start->runnable;
    view.stop = find(id, Task::kStop, start_runs ? view.current : std::nullopt);
    if (view.stop == nullptr && rsc.multiple_active == MultipleActive::kStopUnexpected) {
      view.stop = find(id, Task::kStop, std::nullopt);
    }
    view.promote = find(id, Task::kPromote, view.next);
    view.demote = find(id, Task::kDemote, view.next);
    view.moving = view.current && view.next && *view.current != *view.next;
    if (view.role == view.next_role) {
      add_unchanged_role(view);
    } else {
      add_changed_role(view);
    }
  }

  void add_unchanged_role(const View& v) {
    const Resource& rsc = status_.resource(v.id);
    const Action* migrate = v.next ? find(v.id, Task::kMigrateFrom, v.next) : nullptr;
    if (migrate != nullptr && migrate->runnable && !migrate->optional) {
      add("Migrate", v, v.current, v.next, v.start, v.start);
    } else if (plan_.reload[v.id.value()]) {
      add("Reload", v, v.current, v.next, v.start, v.start);
    } else if (v.start == nullptr || v.start->optional) {
      if (required(v.demote) && required(v.promote)) {
        add("Re-promote", v, v.current, v.next, v.promote, v.demote);
      }
    } else if (!v.start->runnable) {
      add("Stop", v, v.current, {}, v.stop, with_reason(v.stop, v.start));
    } else if (v.moving) {
      add(rsc.failed ? "Recover" : "Move", v, v.current, v.next, v.stop, v.stop);
    } else if (rsc.failed) {
      add("Recover", v, v.current, {}, v.stop, v.stop);
    } else {
      add("Restart", v, v.current, v.next, v.start, v.start);
    }
  }

  static const Action* with_reason(const Action* first, const Action* second) {
    return first != nullptr && !first->reason.empty() ? first : second;
  }

  void add_changed_role(const View& v) {
    const Resource& rsc = status_.resource(v.id);
    const bool stays_down = v.next_role == Role::kStopped;
    if (v.stop != nullptr && (stays_down || (v.start != nullptr && !v.start->runnable))) {
      for (const NodeId node : rsc.active_on) {
        const Action* stop = find(v.id, Task::kStop, node);
        if (stop == nullptr) continue;
        add("Stop", v, node, {}, stop, with_reason(stop, v.start));
      }
    } else if (required(v.stop) && rsc.failed && rsc.must_stop) {
      add("Recover", v, v.current, v.next, v.stop, v.start);
    } else if (v.moving) {
      add("Move", v, v.current, v.next, v.stop, v.start);
    } else if (plan_.reload[v.id.value()]) {
      add("Reload", v, v.current, v.next, v.start, v.start);
    } else if (required(v.stop)) {
      add("Restart", v, v.current, v.next, v.start, v.start);
    } else if (v.role == Role::kPromoted) {
      add("Demote", v, v.current, v.next, v.demote, v.demote);
    } else if (v.next_role == Role::kPromoted) {
      add("Promote", v, v.current, v.next, v.promote, v.promote);
    } else if (v.role == Role::kStopped && v.next_role > Role::kStopped) {
      add("Start", v, v.current, v.next, v.start, v.start);
    }
  }

  void describe(const View& v, std::optional<NodeId> from, std::optional<NodeId> to,
                SummaryLine& line) const {
    const bool promotable = in_promotable(status_, v.id);
    const auto role_text = [&](Role role) {
      return to_string(promotable && role == Role::kStarted ? Role::kUnpromoted : role);
    };
    if (from) line.origin = status_.node(*from).name;
    if (to) line.destination = status_.node(*to).name;
    if (v.role > Role::kStarted || v.next_role > Role::kUnpromoted) {
      line.role = role_text(v.role);
      line.next_role = role_text(v.next_role);
    }
    line.details = details_text(line);
  }

  static std::string details_text(const SummaryLine& line) {
    const std::string_view from = line.origin;
    const std::string_view to = line.destination;
    const std::string_view r1 = line.role;
    const std::string_view r2 = line.next_role;
    const auto after = [](std::string_view role, std::string_view node) {
      return role.empty() ? std::string(node) : base::cat(role, " ", node);
    };
    if (from.empty() && to.empty()) return {};
    if (from.empty()) return r1.empty() ? std::string(to) : base::cat(r1, " -> ", r2, " ", to);
    if (to.empty() || (r1 == r2 && from == to)) return after(r1, from);
    if (r1.empty()) {
      return from == to ? std::string(from) : base::cat(from, " -> ", to);
    }
    if (r1 == r2) return base::cat(from, " -> ", to, " ", r1);
    if (from == to) return base::cat(r1, " -> ", r2, " ", from);
    return base::cat(r1, " ", from, " -> ", r2, " ", to);
  }

  void add(std::string_view verb, const View& v, std::optional<NodeId> from,
           std::optional<NodeId> to, const Action* action, const Action* source) {
    SummaryLine line;
    line.verb = verb;
    line.subject = status_.resource(v.id).id;
    describe(v, from, to, line);
    if (source != nullptr) line.reason = source->reason;
    line.blocked = action != nullptr && !action->runnable;
    lines_.push_back(std::move(line));
  }

  const ActionPlan& plan_;
  const Status& status_;
  std::vector<SummaryLine> lines_;
};

}  // namespace

std::vector<SummaryLine> summarize(const ActionPlan& plan) {
  return Summary(plan).run();
}

}  // namespace systole::policy
