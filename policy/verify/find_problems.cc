#include <array>

#include "lib/xml/element.h"
#include "policy/verify/checks.h"

namespace systole::policy {
namespace {

void collect_ids(xml::Element parent, std::set<std::string_view>& ids) {
  for (const xml::Element child : parent.children()) {
    const bool has_members =
        child.is("group") || child.is("clone") || child.is("master") || child.is("bundle");
    if (!child.id().empty()) ids.insert(child.id());
    if (has_members) collect_ids(child, ids);
  }
}

std::set<std::string_view> known_ids(xml::Element configuration) {
  std::set<std::string_view> ids;
  for (const std::string_view section : {"resources", "tags"}) {
    if (const xml::Element element = configuration.first_child(section)) collect_ids(element, ids);
  }
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
  const verify::Subject subject{configuration, status, problems, known_ids(configuration)};
  verify::check_options(subject);
  verify::check_references(subject);
  verify::check_resources(subject);
  verify::check_constraints(subject);
  verify::check_order_loops(subject);
  return std::move(problems).take();
}

}  // namespace systole::policy
