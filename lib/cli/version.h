#pragma once

#include <string_view>

namespace systole::cli {

/// What every tool answers when asked for its version. Clients read the second word of the first
/// line and compare it with the releases of Pacemaker, so this is the release whose behaviour is
/// offered, not a version of our own.
inline constexpr std::string_view kProductName = "Pacemaker";
inline constexpr std::string_view kCompatibleVersion = "2.1.5";
inline constexpr std::string_view kBuildId = "a3f44794f94";
inline constexpr std::string_view kAuthor = "the contributors of the Systole project";
inline constexpr std::string_view kFeatureSet = "3.16.1";
inline constexpr std::string_view kFeatures =
    "agent-manpages cibsecrets corosync-ge-2 generated-manpages monotonic ncurses systemd";

/// The version of the XML that `--output-as=xml` prints.
inline constexpr std::string_view kOutputApiVersion = "2.25";

}  // namespace systole::cli
