#include "agents/executor/shell/secrets.h"

#include "lib/ocf/secrets.h"

namespace systole::executor {

base::Result<void> substitute_secrets(Operation& operation, const std::string& folder) {
  for (Parameter& each : operation.parameters) {
    if (each.value != ocf::kSecretPlaceholder) continue;
    base::Result<std::string> value = ocf::read_secret(folder, operation.resource, each.name);
    if (!value) return value.error();
    each.value = std::move(*value);
  }
  return {};
}

void drop_placeholders(Operation& operation) {
  std::erase_if(operation.parameters,
                [](const Parameter& each) { return each.value == ocf::kSecretPlaceholder; });
}

}  // namespace systole::executor
