#include <algorithm>

#include "lib/base/strings.h"
#include "policy/ordering/orderer.h"
#include "policy/placement/references.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::ResourceSet;
using model::Text;

enum class OrderKind { kOptional, kMandatory, kSerialize };

Task invert(Task task) {
  switch (task) {
    case Task::kStart:
      return Task::kStop;
    case Task::kStop:
      return Task::kStart;
    case Task::kPromote:
      return Task::kDemote;
    case Task::kDemote:
      return Task::kPromote;
    case Task::kRunning:
      return Task::kStopped;
    case Task::kStopped:
      return Task::kRunning;
    case Task::kPromoted:
      return Task::kDemoted;
    case Task::kDemoted:
      return Task::kPromoted;
    default:
      return task;
  }
}

Task action_or(Text text, Task fallback) {
  return text.empty() ? fallback : parse_task(text);
}

bool is_up(Task task) {
  return task == Task::kStart || task == Task::kPromote || task == Task::kMigrateFrom;
}

OrderKind parse_kind(Text kind, Text score) {
  if (kind.empty() && !score.empty()) {
    const auto value = model::read_score(score, {});
    return value && value->value() == 0 ? OrderKind::kOptional : OrderKind::kMandatory;
  }
  if (base::equal_ignoring_case(kind, "Optional")) return OrderKind::kOptional;
  if (base::equal_ignoring_case(kind, "Serialize")) return OrderKind::kSerialize;
  return OrderKind::kMandatory;
}

bool parse_symmetrical(Text text, OrderKind kind) {
  if (kind == OrderKind::kSerialize) return false;
  return base::parse_bool(text).value_or(true);
}

effect::Bits forward_effects(OrderKind kind, bool symmetrical, Task first) {
  using namespace effect;
  if (kind == OrderKind::kOptional) return kOrder;
  if (kind == OrderKind::kSerialize) return kSerialize;
  if (!symmetrical) return kOrder | kAsymmetric;
  return kOrder | kFirstImpliesThen | (is_up(first) ? kUnrunnableBlocks : kNone);
}

effect::Bits inverse_effects(OrderKind kind) {
  using namespace effect;
  return kind == OrderKind::kMandatory ? kOrder | kThenImpliesFirst : kOrder;
}

}  // namespace

struct Orderer::Kind {
  OrderKind kind = OrderKind::kMandatory;
  bool symmetrical = true;
};

struct Orderer::SetPair {
  std::vector<RscId> first;
  std::vector<RscId> then;
  Task first_task = Task::kStart;
  Task then_task = Task::kStart;
  Text first_id;
  bool first_sequential = false;  ///< explicitly so
  bool then_sequential = false;
  bool require_all = true;
};

void Orderer::read_constraints() {
  for (const model::Constraint& constraint : status_.snapshot->constraints) {
    if (const auto* order = std::get_if<model::OrderConstraint>(&constraint)) read_order(*order);
  }
  for (const Colocation& colocation : plan_.placement().colocations) keep_apart(colocation);
}

/// Of two resources that may not share a node, one leaves before the other comes.
void Orderer::keep_apart(const Colocation& colocation) {
  if (!colocation.score.is_minus_infinity()) return;
  const auto up = [](Role role) {
    if (role == Role::kPromoted) return Task::kPromote;
    return role == Role::kUnpromoted ? Task::kDemote : Task::kStart;
  };
  const Task dependent_up = up(colocation.dependent_role);
  const Task primary_up = up(colocation.primary_role);
  store(colocation.primary, invert(primary_up), colocation.dependent, dependent_up,
        effect::kSameRequired);
  store(colocation.dependent, invert(dependent_up), colocation.primary, primary_up,
        effect::kSameRequired);
}

Orderer::Kind Orderer::kind_of(const model::OrderConstraint& config) const {
  const OrderKind kind = parse_kind(config.kind, config.score);
  return {kind, parse_symmetrical(config.symmetrical, kind)};
}

void Orderer::relate(RscId first, Task first_task, RscId then, Task then_task, const Kind& kind) {
  store(first, first_task, then, then_task,
        forward_effects(kind.kind, kind.symmetrical, first_task));
  if (!kind.symmetrical) return;
  store(then, invert(then_task), first, invert(first_task), inverse_effects(kind.kind));
}

/// Some of `first` must have run before any of `then`.
void Orderer::relate_minimum(const std::vector<RscId>& first, Task first_task,
                             const std::vector<RscId>& then, Task then_task, const Kind& kind,
                             std::string name, int minimum) {
  Action action;
  action.task = Task::kOneOrMore;
  action.key.task = Task::kOneOrMore;
  action.plain_key = std::move(name);
  action.pseudo = true;
  action.optional = true;
  action.required_inputs = minimum;
  const ActionId gate = plan_.add(std::move(action));
  using namespace effect;
  for (const RscId rsc : first) {
    stored_.push_back({ResourceTask{rsc, first_task}, gate, kMinimum | kFirstShows});
  }
  const Bits effects = forward_effects(kind.kind, kind.symmetrical, first_task);
  for (const RscId rsc : then) {
    stored_.push_back({gate, ResourceTask{rsc, then_task}, effects | kUnrunnableBlocks});
  }
}

void Orderer::read_order(const model::OrderConstraint& config) {
  if (!config.sets.empty()) {
    read_order_sets(config, config.sets);
    return;
  }
  const auto first = resolve_reference(status_, config.first);
  const auto then = resolve_reference(status_, config.then);
  if (!first || !then) return;
  const Task first_task = action_or(config.first_action, Task::kStart);
  const Task then_task = action_or(config.then_action, first_task);
  if (first->is_set || then->is_set) {
    ResourceSet first_set = set_of(config.first, {}, !first->is_set);
    ResourceSet then_set = set_of(config.then, {}, !then->is_set);
    first_set.action = config.first_action;
    then_set.action = config.then_action.empty() ? config.first_action : config.then_action;
    read_order_sets(config, {first_set, then_set});
    return;
  }
  const Kind kind = kind_of(config);
  const RscId a = first->resources.front();
  const RscId b = then->resources.front();
  const Resource& collective = status_.resource(a);
  int minimum = 0;
  if (collective.is_clone()) {
    minimum = static_cast<int>(
        model::leading_integer(collective.meta.value_or("clone-min", "0")).value_or(0));
    if (minimum <= 0 && !config.require_all.empty() && !model::is_true(config.require_all)) {
      minimum = 1;
    }
  }
  if (minimum <= 0) {
    relate(a, first_task, b, then_task, kind);
    return;
  }
  relate_minimum(collective.children, first_task, {b}, then_task, kind,
                 base::cat("clone-one-or-more:", config.id), minimum);
  if (kind.symmetrical) {
    store(b, invert(then_task), a, invert(first_task), inverse_effects(kind.kind));
  }
}

void Orderer::relate_members(const std::vector<RscId>& members, Task task, bool sequential,
                             const Kind& kind) {
  if (kind.kind == OrderKind::kSerialize) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < members.size(); ++j) {
        store(members[i], task, members[j], task, effect::kSerialize);
      }
    }
    return;
  }
  if (!sequential) return;
  for (std::size_t i = 1; i < members.size(); ++i) {
    store(members[i - 1], task, members[i], task,
          forward_effects(kind.kind, kind.symmetrical, task));
  }
  if (!kind.symmetrical) return;
  for (std::size_t i = 1; i < members.size(); ++i) {
    store(members[i], invert(task), members[i - 1], invert(task), inverse_effects(kind.kind));
  }
}

void Orderer::relate_sets(const SetPair& pair, const Kind& kind) {
  if (pair.first.empty() || pair.then.empty()) return;
  const bool down = pair.first_task == Task::kStop || pair.first_task == Task::kDemote;
  if (!pair.require_all && !down) {
    relate_minimum(pair.first, pair.first_task, pair.then, pair.then_task, kind,
                   base::cat("one-or-more:", pair.first_id), 1);
  } else {
    std::vector<RscId> first = pair.first;
    std::vector<RscId> then = pair.then;
    if (pair.first_sequential) first.assign(1, pair.first.back());
    if (pair.then_sequential) then.assign(1, pair.then.front());
    for (const RscId a : first) {
      for (const RscId b : then) {
        store(a, pair.first_task, b, pair.then_task,
              forward_effects(kind.kind, kind.symmetrical, pair.first_task));
      }
    }
  }
  if (!kind.symmetrical) return;
  std::vector<RscId> first = pair.first;
  std::vector<RscId> then = pair.then;
  if (pair.first_sequential) first.assign(1, pair.first.back());
  if (pair.then_sequential) then.assign(1, pair.then.front());
  for (const RscId b : then) {
    for (const RscId a : first) {
      store(b, invert(pair.then_task), a, invert(pair.first_task), inverse_effects(kind.kind));
    }
  }
}

void Orderer::read_order_sets(const model::OrderConstraint& config,
                              const std::vector<ResourceSet>& sets) {
  const Kind shared = kind_of(config);
  std::optional<ResolvedSet> previous;
  for (const ResourceSet& set : sets) {
    const ResolvedSet resolved = resolve_set(status_, set);
    if (!resolved.complete) return;
    Kind own = shared;
    if (!set.kind.empty()) own.kind = parse_kind(set.kind, {});
    if (!set.symmetrical.empty()) own.symmetrical = parse_symmetrical(set.symmetrical, own.kind);
    if (own.kind == OrderKind::kSerialize) own.symmetrical = false;
    const Task task = action_or(set.action, Task::kStart);
    const bool sequential = set.sequential.empty() || model::is_true(set.sequential);
    relate_members(resolved.resources, task, sequential, own);
    if (previous) {
      SetPair pair;
      pair.first = previous->resources;
      pair.then = resolved.resources;
      pair.first_task = action_or(previous->config->action, Task::kStart);
      pair.then_task = task;
      pair.first_id = previous->config->id;
      pair.first_sequential = model::is_true(previous->config->sequential);
      pair.then_sequential = model::is_true(set.sequential);
      pair.require_all = base::parse_bool(previous->config->require_all).value_or(true);
      relate_sets(pair, shared);
    }
    previous = resolved;
  }
}

}  // namespace systole::policy
