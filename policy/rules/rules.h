#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/base/iso8601.h"
#include "lib/model/configuration.h"
#include "lib/model/rule.h"
#include "policy/rules/attribute_table.h"

namespace systole::policy {

/// The earliest future instant at which some rule, expiry or lock can decide differently.
class NextChange {
 public:
  /// Considers `seconds` (since the epoch) if it lies after `now`.
  void consider(std::int64_t seconds, std::int64_t now) {
    if (seconds > now && (!when_ || seconds < *when_)) when_ = seconds;
  }
  std::optional<std::int64_t> when() const { return when_; }

 private:
  std::optional<std::int64_t> when_;
};

/// What a rule may look at. A null part is out of sight: attributes of no node are all undefined,
/// tests of the agent or operation do not pass.
struct RuleContext {
  base::Timestamp now;
  const AttributeTable* node = nullptr;
  const model::Agent* agent = nullptr;
  std::optional<model::Text> operation;
  std::int64_t interval_ms = 0;
  const AttributeTable* parameters = nullptr;  ///< for value-source="param"
  const AttributeTable* meta = nullptr;        ///< for value-source="meta"
  /// Submatches of a constraint's resource pattern, for %0 to %9.
  const std::vector<model::Text>* submatches = nullptr;
  NextChange* next_change = nullptr;
};

bool passes(const model::Rule& rule, const RuleContext& context);

/// `name` with %0 to %9 replaced by the submatches; as it is where there are none.
std::string substitute(model::Text name, const std::vector<model::Text>* submatches);

/// Adds what `sets` give to `table`: blocks whose rules pass, higher scores first, later ones first
/// among equal scores; the first value of a name stays, also one that is there already. The value
/// "#default" takes a value away that a block before it gave.
void collect(const model::AttributeSets& sets, const RuleContext& context, AttributeTable& table);

}  // namespace systole::policy
