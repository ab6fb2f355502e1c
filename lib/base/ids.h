#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace systole::base {

/// An integer that names one kind of thing and cannot be mistaken for another kind. `Tag` is any
/// type.
template <typename Tag, typename Representation = std::uint32_t>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(Representation value) : value_(value) {}
  constexpr Representation value() const { return value_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  Representation value_{};
};

/// Corosync's number of a node, from its nodelist; never 0 for a real node.
using NodeNumber = Id<struct NodeNumberTag>;

}  // namespace systole::base

template <typename Tag, typename Representation>
struct std::hash<systole::base::Id<Tag, Representation>> {
  std::size_t operator()(const systole::base::Id<Tag, Representation>& id) const noexcept {
    return std::hash<Representation>{}(id.value());
  }
};
