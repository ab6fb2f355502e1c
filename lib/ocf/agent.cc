#include "lib/ocf/agent.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "lib/base/strings.h"
#include "lib/ocf/stonith_plugin.h"

namespace systole::ocf {
namespace {

using base::Errc;
namespace fs = std::filesystem;

constexpr std::string_view kFencePrefix = "fence_";

bool is_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

bool is_program(const fs::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_regular_file(error) || error) return false;
  const fs::perms perms = entry.status(error).permissions();
  return !error && (perms & fs::perms::owner_exec) != fs::perms::none;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_directory(error) && !error;
}

/// Names of the visible entries of `folder` that `wanted` accepts; none when it does not exist.
template <typename Wanted>
std::vector<std::string> names_in(const fs::path& folder, const Wanted& wanted) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (is_file_name(name) && wanted(*entry)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ocf_folder(const AgentRoots& roots, std::string_view provider) {
  return base::cat(roots.ocf, "/resource.d/", provider);
}

std::vector<std::string> fence_agents(const AgentRoots& roots) {
  return names_in(roots.fence, [](const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with(kFencePrefix) && is_program(entry);
  });
}

}  // namespace

base::Result<AgentName> parse_agent_name(std::string_view text) {
  const std::size_t first = text.find(':');
  if (first == std::string_view::npos) {
    return {Errc::kInvalidArgument,
            base::cat("'", text, "' names no agent: standard:type or ocf:provider:type expected")};
  }
  AgentName agent{.standard = std::string(text.substr(0, first))};
  std::string_view rest = text.substr(first + 1);
  if (agent.standard == "ocf") {
    const std::size_t second = rest.find(':');
    if (second == std::string_view::npos || second == 0) {
      return {Errc::kInvalidArgument, base::cat("'", text, "' has no provider")};
    }
    agent.provider = std::string(rest.substr(0, second));
    rest.remove_prefix(second + 1);
  }
  if (agent.standard.empty() || rest.empty()) {
    return {Errc::kInvalidArgument, base::cat("'", text, "' names no agent")};
  }
  agent.type = std::string(rest);
  return agent;
}

std::string to_string(const AgentName& agent) {
  if (agent.provider.empty()) return base::cat(agent.standard, ":", agent.type);
  return base::cat(agent.standard, ":", agent.provider, ":", agent.type);
}

base::Result<std::string> agent_path(const AgentName& agent, const AgentRoots& roots) {
  if (!is_file_name(agent.type) || (agent.standard == "ocf" && !is_file_name(agent.provider))) {
    return {Errc::kInvalidArgument, base::cat("no agent can be called ", to_string(agent))};
  }
  if (agent.standard == "ocf") {
    return base::cat(ocf_folder(roots, agent.provider), "/", agent.type);
  }
  if (agent.standard == "lsb") return base::cat(roots.lsb, "/", agent.type);
  if (agent.standard == "stonith") return base::cat(roots.fence, "/", agent.type);
  return {Errc::kUnsupported, base::cat("agents of standard ", agent.standard, " are no programs")};
}

std::vector<std::string> list_standards(const AgentRoots& roots) {
  std::vector<std::string> found;
  if (!names_in(roots.lsb, is_program).empty()) found.push_back("lsb");
  if (!list_providers(roots).empty()) found.push_back("ocf");
  if (!fence_agents(roots).empty()) found.push_back("stonith");
  return found;
}

std::vector<std::string> list_providers(const AgentRoots& roots) {
  return names_in(ocf_folder(roots, {}), is_folder);
}

base::Result<std::vector<std::string>> list_agents(std::string_view standard,
                                                   std::string_view provider,
                                                   const AgentRoots& roots) {
  if (standard == "lsb") return names_in(roots.lsb, is_program);
  if (standard == "stonith") {
    std::vector<std::string> all = StonithPlugin::list(roots);
    for (std::string& name : fence_agents(roots)) all.push_back(std::move(name));
    return all;
  }
  if (standard != "ocf") {
    return {Errc::kUnsupported, base::cat("agents of standard ", standard, " cannot be listed")};
  }
  if (!provider.empty()) {
    if (!is_file_name(provider)) {
      return {Errc::kInvalidArgument, base::cat("no provider can be called ", provider)};
    }
    return names_in(ocf_folder(roots, provider), is_program);
  }
  std::vector<std::string> all;
  for (const std::string& each : list_providers(roots)) {
    for (std::string& name : names_in(ocf_folder(roots, each), is_program)) {
      all.push_back(std::move(name));
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace systole::ocf
