#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

void collect_ids(xml::Element element,
                 std::set<std::pair<std::string_view, std::string_view>>& ids) {
  if (const auto id = element.attribute("id")) ids.emplace(element.name(), *id);
  for (const xml::Element child : element.children()) collect_ids(child, ids);
}

void check_element(const Subject& subject, xml::Element element,
                   const std::set<std::pair<std::string_view, std::string_view>>& ids) {
  const auto reference = element.attribute("id-ref");
  if (reference && ids.count({element.name(), *reference}) == 0) {
    subject.problems.remark(Problem::Severity::kError, "No match for //", element.name(), "[@id='",
                            *reference, "'] found in /cib: Invalid configuration");
  }
  for (const xml::Element child : element.children()) check_element(subject, child, ids);
}

}  // namespace

void check_references(const Subject& subject) {
  std::set<std::pair<std::string_view, std::string_view>> ids;
  collect_ids(subject.configuration, ids);
  check_element(subject, subject.configuration, ids);
}

}  // namespace systole::policy::verify
