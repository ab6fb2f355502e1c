#include "policy/input/schema_check.h"

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"

namespace systole::policy::input {
namespace {

constexpr std::string_view kDisabled =
    "Schema validation of configuration is disabled (enabling is encouraged and prevents common "
    "misconfigurations)";

std::string line_of(const Configuration& configuration, const xml::Violation& violation) {
  const std::string_view tag =
      std::string_view(violation.element).substr(0, violation.element.find(' '));
  const std::string_view kind =
      violation.is_reference ? "validity error" : "Relax-NG validity error";
  // What the validator says of no element in particular stands alone.
  const std::string where =
      tag.empty() ? "" : base::cat(configuration.place(violation.line), ": element ", tag, ": ");
  return base::cat(where, kind, " : ", violation.message);
}

}  // namespace

SchemaVerdict check_schema(const Configuration& configuration) {
  SchemaVerdict verdict;
  const auto named = configuration.cib.root().attribute("validate-with");
  if (!named || *named == cib::kNoSchema) {
    verdict.complaints.emplace_back(kDisabled);
    return verdict;
  }
  const cib::Schemas schemas(cib::Schemas::default_directory());
  const auto violations = schemas.validate(configuration.cib);
  if (!violations) {
    verdict.valid = false;
    verdict.unchecked = violations.error().code == base::Errc::kNoSuchFile;
    verdict.complaints.push_back(base::cat("error: ", violations.error().message));
    return verdict;
  }
  verdict.valid = violations->empty();
  for (const xml::Violation& violation : *violations) {
    verdict.complaints.push_back(line_of(configuration, violation));
  }
  return verdict;
}

}  // namespace systole::policy::input
