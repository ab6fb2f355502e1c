#include "lib/model/graph.h"

namespace systole::model {

std::shared_ptr<const GraphAttributes> make_attributes(std::vector<NameValue> named) {
  return std::make_shared<GraphAttributes>(GraphAttributes{std::move(named), {}});
}

Text attribute_of(const GraphAction& action, std::string_view name, Text fallback) {
  if (action.tells_node && name == kNodeAttribute) return action.node;
  if (action.tells_node && name == kNodeUuidAttribute) return action.node_uuid;
  const Text* const value =
      action.attributes ? find_value(action.attributes->named, name) : nullptr;
  return value != nullptr ? *value : fallback;
}

}  // namespace systole::model
