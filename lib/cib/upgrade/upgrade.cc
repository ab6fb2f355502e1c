#include "lib/cib/upgrade/upgrade.h"

#include <array>

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"
#include "lib/cib/upgrade/steps.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

struct Step {
  int to;  ///< the language that comes out; the one before goes in
  void (*rewrite)(xml::Element root);
};

constexpr std::array kSteps = {
    Step{2, rewrite_for_2},
    Step{3, rewrite_for_3},
    Step{4, rewrite_for_4},
};

// Without validation, the words of the newest language are what is meant.
int language_of_document(std::string_view schema, std::string_view target) {
  return schema == kNoSchema ? language_of(target) : language_of(schema);
}

}  // namespace

int language_of(std::string_view schema) {
  if (!schema_index(schema)) return 0;
  const std::string_view version = schema.substr(schema.find('-') + 1);
  return base::parse_integer<int>(version.substr(0, version.find('.'))).value_or(0);
}

bool needs_rewriting(xml::Element root) {
  const int language = language_of(root.attribute_or("validate-with", kNoSchema));
  return language > 0 && language < kOldestReadLanguage;
}

base::Result<void> rewrite(xml::Element root, std::string_view target) {
  const std::string current(root.attribute_or("validate-with", {}));
  if (current != kNoSchema && !schema_index(current)) {
    return Error{Errc::kSchema,
                 current.empty() ? std::string("the CIB names no schema (validate-with)")
                                 : base::cat("the CIB names the unknown schema '", current, "'")};
  }
  const int language = language_of_document(current, target);
  if (language < 1) {
    return Error{Errc::kTransform, base::cat("the CIB is written for ", current,
                                             ", which is too old to be rewritten")};
  }
  for (const Step& step : kSteps) {
    if (language < step.to && step.to <= language_of(target)) step.rewrite(root);
  }
  root.set_attribute("validate-with", target);
  return {};
}

base::Result<void> upgrade(Editor& editor, std::string_view target) {
  const std::string current(editor.root().attribute_or("validate-with", kNoSchema));
  const auto index = schema_index(current);
  if (index && *index >= schema_index(target)) {
    return Error{Errc::kSchemaUnchanged, base::cat("the CIB uses ", current, " already")};
  }
  xml::Document copy = xml::Document::copy_of(editor.root());
  auto rewritten = rewrite(copy.root(), target);
  if (!rewritten) return rewritten;
  const Version version = read_version(editor.root());
  editor.replace_content(editor.root(), copy.root());
  editor.set_attribute(editor.root(), "admin_epoch", successor(version.admin_epoch));
  editor.set_attribute(editor.root(), "epoch", 0);
  editor.set_attribute(editor.root(), "num_updates", 0);
  return {};
}

}  // namespace systole::cib
