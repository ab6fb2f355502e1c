#include <algorithm>
#include <filesystem>

#include "crmd/tools/crm_resource/agent_action.h"
#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/metadata_source.h"
#include "lib/ocf/service_metadata.h"
#include "lib/xml/document.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;
using cli::Output;

/// systemd manages this host.
bool has_systemd() {
  return std::filesystem::is_directory("/run/systemd/system");
}

std::vector<std::string> agents_of(const std::string& standard, const std::string& provider) {
  if (standard == "systemd") return has_systemd() ? ocf::list_units() : std::vector<std::string>();
  if (standard == "service") {
    std::vector<std::string> names = agents_of("lsb", "");
    for (std::string& name : agents_of("systemd", "")) names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }
  return ocf::list_agents(standard, provider).value_or({});
}

/// Parameters that the fencer fills in itself, so that nobody has to configure them.
constexpr std::string_view kImpliedParameters[] = {"action", "plug", "port"};

/// The element for output: indented, with the text of elements that hold nothing else.
cli::Element printable(xml::Element source) {
  cli::Element copy(source.name());
  for (const xml::Attribute attribute : source.attributes()) {
    copy.set(attribute.name, attribute.value);
  }
  for (const xml::Element child : source.children()) copy.add(printable(child));
  if (copy.children().empty()) copy.set_text(base::trim(source.text()));
  return copy;
}

/// What a fence agent says about itself, as a resource of the cluster: it can be started and
/// stopped, and needs no target. Text that is no XML stays as it is.
std::string as_fence_resource(const std::string& text) {
  base::Result<xml::Document> document = xml::Document::parse(text, {}, xml::Text::kKeep);
  if (!document) return text;
  xml::Element parameters = document->root().first_child("parameters");
  if (parameters) {
    for (xml::Element parameter : parameters.children("parameter")) {
      const std::string_view name = parameter.attribute_or("name", "");
      const bool implied = std::find(std::begin(kImpliedParameters), std::end(kImpliedParameters),
                                     name) != std::end(kImpliedParameters);
      if (implied) parameter.set_attribute("required", "0");
    }
  }
  xml::Element actions = document->root().first_child("actions");
  if (!actions) actions = document->root().append("actions");
  for (const std::string_view name : {"stop", "start"}) {
    xml::Element action = actions.append("action");
    action.set_attribute("name", name);
    action.set_attribute("timeout", "20s");
  }
  return printable(document->root()).to_xml();
}

void print_lines(const std::vector<std::string>& lines, Output& output) {
  for (const std::string& line : lines) output.line(line);
}

void add_items(cli::Element& parent, std::string_view tag, const std::vector<std::string>& items) {
  for (const std::string& item : items) parent.add(tag).set_text(item);
}

ExitCode show_providers(const std::string& agent, Output& output) {
  std::vector<std::string> providers;
  for (const std::string& provider : ocf::list_providers()) {
    const std::vector<std::string> types = agents_of("ocf", provider);
    const bool has_agent =
        agent.empty() || std::find(types.begin(), types.end(), agent) != types.end();
    if (has_agent) providers.push_back(provider);
  }
  if (providers.empty()) {
    return fail(output, ExitCode::kNoSuchObject,
                agent.empty() ? std::string("No OCF providers found")
                              : base::cat("No OCF providers found for ", agent));
  }
  if (output.is_structured()) {
    cli::Element& element = output.root().add("providers");
    if (agent.empty()) {
      element.set("standard", "ocf");
    } else {
      element.set("for", agent);
    }
    add_items(element, "provider", providers);
  }
  print_lines(providers, output);
  return ExitCode::kOk;
}

}  // namespace

ExitCode list_standards(Context& context) {
  std::vector<std::string> standards = {"ocf", "lsb", "service"};
  if (has_systemd()) standards.emplace_back("systemd");
  standards.emplace_back("stonith");
  if (context.out.is_structured()) {
    cli::Element& element = context.out.root().add("list");
    element.set("name", "standards").set("count", std::to_string(standards.size()));
    add_items(element, "item", standards);
  }
  print_lines(standards, context.out);
  return ExitCode::kOk;
}

ExitCode list_providers(Context& context) {
  return show_providers(context.line.value(kListProviders).value_or(""), context.out);
}

ExitCode list_alternatives(Context& context) {
  return show_providers(context.line.value(kListAlternatives).value_or(""), context.out);
}

ExitCode list_agents(Context& context) {
  const std::string wanted = context.line.value(kListAgents).value_or("");
  const std::size_t colon = wanted.find(':');
  const std::string standard = wanted.substr(0, colon);
  const std::string provider = colon == wanted.npos ? "" : wanted.substr(colon + 1);
  const std::vector<std::string> agents = agents_of(standard, provider);
  if (agents.empty()) {
    return fail(context.out, ExitCode::kError,
                provider.empty() ? base::cat("No agents found for standard '", standard, "'")
                                 : base::cat("No agents found for standard '", standard,
                                             "' and provider '", provider, "'"));
  }
  if (context.out.is_structured()) {
    cli::Element& element = context.out.root().add("agents");
    element.set("standard", standard);
    if (!provider.empty()) element.set("provider", provider);
    add_items(element, "agent", agents);
  }
  print_lines(agents, context.out);
  return ExitCode::kOk;
}

ExitCode show_metadata(Context& context) {
  const std::string spec = context.line.value(kShowMetadata).value_or("");
  const base::Result<ocf::AgentName> agent = ocf::parse_agent_name(spec);
  if (!agent) {
    return fail(context.out, ExitCode::kNoSuchObject,
                base::cat("'", spec, "' is not a valid agent specification"));
  }
  base::Result<std::string> text = ocf::read_metadata_text(*agent, own_environment());
  if (!text) {
    return fail(context.out, ExitCode::kNoSuchObject,
                base::cat("Metadata query for ", spec, " failed: ", text.error().message));
  }
  if (agent->standard == "stonith") text = as_fence_resource(*text);
  if (context.out.is_structured()) {
    context.out.root().add("metadata").set_cdata(*text);
  } else {
    context.out.raw(*text);
    if (!text->ends_with('\n')) context.out.raw("\n");
  }
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
