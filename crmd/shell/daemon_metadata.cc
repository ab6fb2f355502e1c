#include "crmd/shell/daemon_metadata.h"

#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kAdvancedPrefix = "*** Advanced Use Only *** ";

std::string content(const DaemonOption& option) {
  std::string out = base::cat("      <content type=\"", option.type, "\"");
  if (option.default_value) out += base::cat(" default=\"", *option.default_value, "\"");
  if (option.choices.empty()) return out + "/>\n";
  out += ">\n";
  for (const std::string_view choice : base::split(option.choices, " ")) {
    out += base::cat("        <option value=\"", choice, "\" />\n");
  }
  return out + "      </content>\n";
}

std::string parameter(const DaemonOption& option) {
  const std::string_view detail = option.detail.empty() ? option.summary : option.detail;
  const std::string summary =
      base::cat(option.advanced ? kAdvancedPrefix : std::string_view(), option.summary);
  std::string longer(detail);
  if (!option.choices.empty()) {
    longer += "  Allowed values:";
    std::string_view separator = " ";
    for (const std::string_view choice : base::split(option.choices, " ")) {
      longer += base::cat(separator, choice);
      separator = ", ";
    }
  }
  return base::cat("    <parameter name=\"", option.name, "\">\n      <longdesc lang=\"en\">",
                   base::escaped_xml(longer, base::XmlEscapes::kMarkup),
                   "</longdesc>\n      <shortdesc lang=\"en\">",
                   base::escaped_xml(base::trim(summary), base::XmlEscapes::kMarkup),
                   "</shortdesc>\n", content(option), "    </parameter>\n");
}

}  // namespace

std::string render_metadata(const DaemonDescription& daemon) {
  std::string out =
      base::cat("<?xml version=\"1.0\"?>\n<resource-agent name=\"", daemon.program,
                "\" version=\"2.1.5\">\n  <version>1.1</version>\n  <longdesc lang=\"en\">",
                "Cluster options that concern ", daemon.subject, "</longdesc>\n",
                "  <shortdesc lang=\"en\">", daemon.title, "</shortdesc>\n  <parameters>\n");
  for (const DaemonOption& option : daemon.options) out += parameter(option);
  return out + "  </parameters>\n</resource-agent>\n";
}

}  // namespace systole::crmd
