#include "lib/cib/upgrade.h"

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

// Within one language (same first number), newer grammars accept what older ones do.
std::string_view language(std::string_view schema) {
  return schema.substr(0, schema.find('.'));
}

}  // namespace

base::Result<void> upgrade(Editor& editor) {
  const std::string current(editor.root().attribute_or("validate-with", kNoSchema));
  if (current == kNewestSchema) {
    return Error{Errc::kSchemaUnchanged, base::cat("the CIB uses ", kNewestSchema, " already")};
  }
  const auto index = schema_index(current);
  if (current != kNoSchema && !index) {
    return Error{Errc::kSchema, base::cat("the CIB names the unknown schema '", current, "'")};
  }
  if (current != kNoSchema && language(current) != language(kNewestSchema)) {
    return Error{Errc::kTransform, base::cat("the CIB is written for ", current,
                                             "; it has to be rewritten for ", kNewestSchema)};
  }
  const Version version = read_version(editor.root());
  editor.set_attribute(editor.root(), "validate-with", kNewestSchema);
  editor.set_attribute(editor.root(), "admin_epoch", successor(version.admin_epoch));
  editor.set_attribute(editor.root(), "epoch", 0);
  editor.set_attribute(editor.root(), "num_updates", 0);
  return {};
}

}  // namespace systole::cib
