#include "policy/render/health.h"

#include <algorithm>

#include "lib/base/strings.h"

namespace systole::policy::render {
namespace {

Health health_of_value(const Status& status, model::Text value) {
  if (base::equal_ignoring_case(value, "red")) return Health::kRed;
  if (base::equal_ignoring_case(value, "yellow")) return Health::kYellow;
  if (base::equal_ignoring_case(value, "green")) return Health::kGreen;
  const std::optional<base::Score> score = model::read_score(value, status.options.health);
  if (!score) return Health::kYellow;
  if (*score <= status.options.health.red) return Health::kRed;
  return *score < status.options.health.green ? Health::kYellow : Health::kGreen;
}

}  // namespace

Health health_of(const Status& status, NodeId node) {
  Health worst = Health::kGreen;
  if (status.options.health_strategy == HealthStrategy::kNone) return worst;
  for (const model::NameValue& attribute : status.node(node).attributes) {
    if (!attribute.name.starts_with("#health")) continue;
    worst = std::min(worst, health_of_value(status, attribute.value));
  }
  return worst;
}

std::string_view to_string(Health health) {
  switch (health) {
    case Health::kRed:
      return "red";
    case Health::kYellow:
      return "yellow";
    case Health::kGreen:
      return "green";
  }
  return "green";
}

}  // namespace systole::policy::render
