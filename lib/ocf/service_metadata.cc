#include "lib/ocf/service_metadata.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "lib/base/strings.h"

namespace systole::ocf {
namespace {

using base::Errc;
namespace fs = std::filesystem;

constexpr std::string_view kUnitSuffix = ".service";
constexpr std::string_view kHeaderBegin = "### BEGIN INIT INFO";
constexpr std::string_view kHeaderEnd = "### END INIT INFO";
constexpr std::string_view kDescription = "Description";
constexpr std::string_view kShortDescription = "Short-Description";

struct ActionRow {
  std::string_view name;
  std::string_view timeout;
  std::string_view interval;
};

constexpr ActionRow kUnitActions[] = {{"start", "100", ""},
                                      {"stop", "100", ""},
                                      {"status", "100", ""},
                                      {"monitor", "100", "60"},
                                      {"meta-data", "5", ""}};
constexpr ActionRow kScriptActions[] = {{"meta-data", "5", ""}, {"start", "15", ""},
                                        {"stop", "15", ""},     {"status", "15", ""},
                                        {"restart", "15", ""},  {"force-reload", "15", ""},
                                        {"monitor", "15", "15"}};

/// The parts of the header that are told as they are.
constexpr std::string_view kScriptFacts[] = {"Provides",     "Required-Start", "Required-Stop",
                                             "Should-Start", "Should-Stop",    "Default-Start",
                                             "Default-Stop"};

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

template <typename Actions>
std::string begin_of_metadata(std::string_view name, std::string_view long_description,
                              std::string_view short_description, const Actions& actions) {
  std::string text =
      base::cat("<?xml version=\"1.0\"?>\n", "<!DOCTYPE resource-agent SYSTEM \"ra-api-1.dtd\">\n",
                "<resource-agent name=\"", escape(name), "\" version=\"0.1\">\n",
                "  <version>1.0</version>\n  <longdesc lang=\"en\">\n", escape(long_description),
                "\n  </longdesc>\n", "  <shortdesc lang=\"en\">", escape(short_description),
                "</shortdesc>\n  <parameters>\n  </parameters>\n  <actions>\n");
  for (const ActionRow& action : actions) {
    text += base::cat("    <action name=\"", action.name, "\" timeout=\"", action.timeout, "\"");
    if (!action.interval.empty()) text += base::cat(" interval=\"", action.interval, "\"");
    text += " />\n";
  }
  return text + "  </actions>\n";
}

/// The value of a setting of a unit file; the last one counts.
std::string unit_setting(std::string_view unit_file, std::string_view name) {
  std::string value;
  for (const std::string_view line : base::split(unit_file, "\n")) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with("=")) {
      value = base::trim(line.substr(name.size() + 1));
    }
  }
  return value;
}

/// "key: value" pairs of an init script's header; lines that continue a description are joined.
std::vector<std::pair<std::string, std::string>> header_of(std::string_view script) {
  std::vector<std::pair<std::string, std::string>> header;
  const std::size_t begin = script.find(kHeaderBegin);
  if (begin == std::string_view::npos) return header;
  script.remove_prefix(begin + kHeaderBegin.size());
  script = script.substr(0, script.find(kHeaderEnd));
  for (const std::string_view line : base::split(script, "\n")) {
    if (!line.starts_with("#")) continue;
    const bool continues = line.starts_with("#\t") || line.starts_with("#  ");
    if (continues && !header.empty() && header.back().first == kDescription) {
      header.back().second += base::cat("\n", base::trim(line.substr(1)));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    header.emplace_back(base::trim(line.substr(1, colon - 1)), base::trim(line.substr(colon + 1)));
  }
  return header;
}

std::string find_in(const std::vector<std::pair<std::string, std::string>>& header,
                    std::string_view key) {
  const auto found = std::find_if(header.begin(), header.end(),
                                  [key](const auto& each) { return each.first == key; });
  return found == header.end() ? std::string() : found->second;
}

base::Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) return {Errc::kNoSuchFile, base::cat(path, " cannot be read")};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<std::string> unit_path(std::string_view type, const AgentRoots& roots) {
  std::string file(type);
  if (!type.ends_with(kUnitSuffix)) file += kUnitSuffix;
  // The file of an instance is its template's.
  const std::size_t at = file.find('@');
  const std::string pattern =
      at == file.npos ? file : base::cat(file.substr(0, at + 1), kUnitSuffix);
  for (const std::string& folder : roots.units) {
    for (const std::string& name : {file, pattern}) {
      std::error_code error;
      const fs::path path = fs::path(folder) / name;
      if (fs::exists(path, error)) return path.string();
    }
  }
  return std::nullopt;
}

}  // namespace

std::string unit_metadata(std::string_view name, std::string_view unit_file) {
  std::string description = unit_setting(unit_file, kDescription);
  if (description.empty()) description = name;
  return begin_of_metadata(name, base::cat("    ", description),
                           base::cat("systemd unit file for ", name), kUnitActions) +
         "</resource-agent>\n";
}

std::string init_script_metadata(std::string_view name, std::string_view script) {
  const auto header = header_of(script);
  std::string long_description = find_in(header, kDescription);
  std::string short_description = find_in(header, kShortDescription);
  if (long_description.empty()) long_description = name;
  if (short_description.empty()) short_description = name;
  std::string text = begin_of_metadata(name, long_description, short_description, kScriptActions) +
                     "  <special tag=\"LSB\">\n";
  for (const std::string_view fact : kScriptFacts) {
    text += base::cat("    <", fact, ">", escape(find_in(header, fact)), "</", fact, ">\n");
  }
  return text + "  </special>\n</resource-agent>\n";
}

base::Result<std::string> service_metadata(const AgentName& agent, const AgentRoots& roots) {
  if (agent.standard == "lsb" || agent.standard == "service") {
    const base::Result<std::string> path =
        agent_path({.standard = "lsb", .type = agent.type}, roots);
    if (!path) return path.error();
    const base::Result<std::string> script = read_text(*path);
    if (script) return init_script_metadata(agent.type, *script);
    if (agent.standard == "lsb") return script.error();
  }
  if (const std::optional<std::string> path = unit_path(agent.type, roots)) {
    const base::Result<std::string> file = read_text(*path);
    if (!file) return file.error();
    return unit_metadata(agent.type, *file);
  }
  return {Errc::kNoSuchFile, base::cat(to_string(agent), " is not installed")};
}

std::vector<std::string> list_units(const AgentRoots& roots) {
  std::set<std::string> names;
  for (const std::string& folder : roots.units) {
    std::error_code error;
    for (fs::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
      std::string name = file->path().filename().string();
      if (!name.ends_with(kUnitSuffix) || name.find("@.") != std::string::npos) continue;
      name.resize(name.size() - kUnitSuffix.size());
      names.insert(std::move(name));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace systole::ocf
