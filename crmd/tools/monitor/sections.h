#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/cli/output.h"

namespace systole::crmd::monitor {

/// The parts of a status page that can be shown or left out.
enum class Section {
  kStack,
  kDc,
  kTimes,
  kCounts,
  kOptions,
  kMaintenance,
  kNodes,
  kResources,
  kAttributes,
  kFailCounts,
  kOperations,
  kFailures,
  kFencingFailed,
  kFencingPending,
  kFencingSucceeded,
  kTickets,
  kBans,
  kCount,
};

/// Which sections to show.
class Sections {
 public:
  static Sections none() { return {}; }
  static Sections all();
  /// What is shown when nothing is asked for: everything in XML, the essentials in text.
  static Sections defaults(cli::OutputFormat format);

  bool has(Section section) const { return bits_[static_cast<std::size_t>(section)]; }
  void set(Section section, bool shown = true) { bits_[static_cast<std::size_t>(section)] = shown; }
  void set(Sections others, bool shown = true) {
    bits_ = shown ? bits_ | others.bits_ : bits_ & ~others.bits_;
  }
  bool has_any(Sections others) const { return (bits_ & others.bits_).any(); }
  void flip(Section section) { bits_.flip(static_cast<std::size_t>(section)); }

  static Sections summary();
  static Sections fencing();

 private:
  std::bitset<static_cast<std::size_t>(Section::kCount)> bits_;
};

/// Applies a list of section names, separated by commas, as --include or --exclude give it.
/// `bans_prefix` gets what follows "bans:". kInvalidArgument names the word that is no section.
base::Result<void> apply_section_list(std::string_view list, bool include, cli::OutputFormat format,
                                      Sections& sections, std::string& bans_prefix);

/// The names that section lists know, as `--include=list` shows them.
std::string section_names();

}  // namespace systole::crmd::monitor
