#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace systole::supervisor {

/// The processes that the supervisor keeps running, in the order in which they are started.
enum class Child : std::uint8_t { kExecutor, kFencer, kController };

inline constexpr std::array kChildren = {Child::kExecutor, Child::kFencer, Child::kController};

struct ChildTraits {
  std::string_view name;      ///< for people
  std::string_view program;   ///< file name below the daemons' folder
  std::string_view endpoint;  ///< the IPC service by which it is known to be ready
  bool root = false;          ///< runs as root; otherwise as hacluster
};

inline constexpr std::array<ChildTraits, kChildren.size()> kChildTraits = {{
    {.name = "executor", .program = "pacemaker-execd", .endpoint = "lrmd", .root = true},
    {.name = "fencer", .program = "pacemaker-fenced", .endpoint = "stonith-ng", .root = true},
    {.name = "controller", .program = "pacemaker-controld", .endpoint = "crmd", .root = false},
}};

inline constexpr const ChildTraits& traits(Child child) {
  return kChildTraits[static_cast<std::size_t>(child)];
}

}  // namespace systole::supervisor
