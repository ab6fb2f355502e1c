#include "policy/input/schema_check.h"

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"
#include "lib/process/processor.h"

namespace systole::policy::input {
namespace {

constexpr std::string_view kDisabled =
    "Schema validation of configuration is disabled (enabling is encouraged and prevents common "
    "misconfigurations)";

std::string line_of(const std::string& file, const xml::Violation& violation) {
  const std::string_view tag =
      std::string_view(violation.element).substr(0, violation.element.find(' '));
  const std::string_view kind =
      violation.is_reference ? "validity error" : "Relax-NG validity error";
  // What the validator says of no element in particular stands alone.
  const std::string where =
      tag.empty() ? "" : base::cat(place_in(file, violation.line), ": element ", tag, ": ");
  return base::cat(where, kind, " : ", violation.message);
}

bool asks_for_a_schema(const xml::Document& cib) {
  const auto named = cib.root().attribute("validate-with");
  return named && *named != cib::kNoSchema;
}

SchemaVerdict check(const xml::Document& cib, const std::string& file,
                    const cib::Schemas& schemas) {
  SchemaVerdict verdict;
  if (!asks_for_a_schema(cib)) {
    verdict.complaints.emplace_back(kDisabled);
    return verdict;
  }
  const auto violations = schemas.validate(cib);
  if (!violations) {
    verdict.valid = false;
    verdict.unchecked = violations.error().code == base::Errc::kNoSuchFile;
    verdict.complaints.push_back(base::cat("error: ", violations.error().message));
    return verdict;
  }
  verdict.valid = violations->empty();
  for (const xml::Violation& violation : *violations) {
    verdict.complaints.push_back(line_of(file, violation));
  }
  return verdict;
}

}  // namespace

std::optional<std::string_view> missing_schema_complaint(const xml::Document& cib) {
  return asks_for_a_schema(cib) ? std::nullopt : std::optional<std::string_view>(kDisabled);
}

SchemaVerdict check_schema(const Configuration& configuration) {
  return check(configuration.cib, configuration.file,
               cib::Schemas(cib::Schemas::default_directory()));
}

SchemaCheck::SchemaCheck(const Configuration& configuration)
    : schemas_(std::make_shared<cib::Schemas>(cib::Schemas::default_directory())) {
  std::string name;
  if (asks_for_a_schema(configuration.cib)) {
    name = configuration.cib.root().attribute_or("validate-with", {});
  }
  verdict_ = std::async(std::launch::async, [name, file = configuration.file, schemas = schemas_,
                                             processor = process::current_processor(),
                                             lent = lent_.get_future()]() mutable {
    process::leave_processor(processor);
    if (!name.empty()) schemas->prepare(name);
    const xml::Document* const cib = lent.get();
    return cib == nullptr ? SchemaVerdict() : check(*cib, file, *schemas);
  });
}

SchemaCheck::~SchemaCheck() {
  if (!is_begun_) lent_.set_value(nullptr);
}

void SchemaCheck::begin(const xml::Document& cib) {
  is_begun_ = true;
  lent_.set_value(&cib);
}

SchemaVerdict SchemaCheck::result() {
  return verdict_.get();
}

}  // namespace systole::policy::input
