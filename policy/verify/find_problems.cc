#include <array>

#include "lib/xml/element.h"
#include "policy/verify/checks.h"

namespace systole::policy {
namespace {

std::set<std::string_view> templates_and_tags(xml::Element configuration) {
  std::set<std::string_view> ids;
  const auto collect = [&](std::string_view section, std::string_view kind) {
    const xml::Element parent = configuration.first_child(section);
    if (!parent) return;
    for (const xml::Element child : parent.children(kind)) ids.insert(child.id());
  };
  collect("resources", "template");
  collect("tags", "tag");
  return ids;
}

struct SeverityWord {
  Problem::Severity severity;
  std::string_view word;
};

constexpr std::array kSeverities = {SeverityWord{Problem::Severity::kError, "error"},
                                    SeverityWord{Problem::Severity::kWarning, "warning"},
                                    SeverityWord{Problem::Severity::kNotice, "notice"}};

}  // namespace

std::optional<std::string> Problem::line(int verbosity) const {
  for (std::size_t i = 0; i < kSeverities.size() && static_cast<int>(i) < verbosity; ++i) {
    if (kSeverities.at(i).severity != severity) continue;
    return base::cat("(find_problems) \t", kSeverities.at(i).word, ": ", text);
  }
  return std::nullopt;
}

std::vector<Problem> find_problems(xml::Element cib, const Status& status) {
  Problems problems;
  const xml::Element configuration = cib.first_child("configuration");
  if (!configuration) return {};
  const verify::Subject subject{configuration, status, problems, templates_and_tags(configuration)};
  verify::check_options(subject);
  verify::check_references(subject);
  verify::check_nodes(subject);
  verify::check_resources(subject);
  verify::check_constraints(subject);
  verify::check_order_loops(subject);
  return std::move(problems).take();
}

}  // namespace systole::policy
