#pragma once

#include <cstdint>
#include <variant>

#include "policy/actions/action.h"

namespace systole::policy {

/// What a relation "first, then" does beside ordering the two. Bits combine.
namespace effect {
using Bits = std::uint32_t;
inline constexpr Bits kNone = 0;
inline constexpr Bits kOrder = 1U << 0;             ///< nothing else
inline constexpr Bits kFirstImpliesThen = 1U << 1;  ///< first required: then required
inline constexpr Bits kThenImpliesFirst = 1U << 2;  ///< then required: first required
inline constexpr Bits kPromotedThenImpliesFirst = 1U << 3;
inline constexpr Bits kUnrunnableBlocks = 1U << 4;  ///< first unrunnable: then unrunnable
inline constexpr Bits kRestart = 1U << 5;           ///< a stop that a restart needs
inline constexpr Bits kUnmigratableBlocks = 1U << 6;
inline constexpr Bits kElse = 1U << 7;
inline constexpr Bits kAsymmetric = 1U << 8;
inline constexpr Bits kMinimum = 1U << 9;      ///< counts towards then's required inputs
inline constexpr Bits kFirstShows = 1U << 10;  ///< first required: then in the graph
inline constexpr Bits kThenShows = 1U << 11;   ///< then required: first in the graph
inline constexpr Bits kSameNode = 1U << 12;
inline constexpr Bits kSameOrTarget = 1U << 13;
inline constexpr Bits kSameRequired = 1U << 14;
inline constexpr Bits kUnlessMigratable = 1U << 15;
inline constexpr Bits kCancelsFirst = 1U << 16;
inline constexpr Bits kFirstImpliesSameNode = 1U << 17;
inline constexpr Bits kNested = 1U << 18;
inline constexpr Bits kGuestAllowed = 1U << 19;
inline constexpr Bits kSerialize = 1U << 20;
}  // namespace effect

/// An order between two actions.
struct Relation {
  ActionId first;
  ActionId then;
  effect::Bits effects = effect::kNone;  ///< kNone: void
  /// What it was made with. One that became void is not made again: that would never end.
  effect::Bits asked_for = effect::kNone;
  bool in_graph = false;  ///< listed as an input
};

/// The actions of a resource that do a task, once and not recurring, on whatever node: all of them
/// that there are when relations are bound.
struct ResourceTask {
  RscId resource;
  Task task = Task::kNone;
};

/// One side of a relation that is not bound to actions yet. There are several relations for each
/// probe, and a probe for each resource on each node: this is small.
using Side = std::variant<ActionId, ResourceTask>;

struct StoredRelation {
  Side first;
  Side then;
  effect::Bits effects = effect::kOrder;
};

}  // namespace systole::policy
