#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/model/graph.h"
#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Writes actions in the graph's form. New text goes into `texts`; other text is that of the plan's
/// status.
class ActionWriter {
 public:
  ActionWriter(const ActionPlan& plan, model::TextPool& texts)
      : plan_(plan), status_(plan.status()), texts_(texts) {}

  /// Fills in an action, complete; or just what names it.
  void write(const Action& action, model::GraphAction& out);
  void write_head(const Action& action, model::GraphActionHead& out) const;

 private:
  class Attributes;

  /// CRM_meta_NAME, as an XML attribute spells it.
  model::Text meta_name(model::Text name);
  void add_downed(const Action& action, model::GraphAction& out) const;

  const ActionPlan& plan_;
  const Status& status_;
  model::TextPool& texts_;
  std::unordered_map<model::Text, model::Text> meta_names_;
  AttributeTable collected_;  ///< of the action that is being written

  // What the last operation's actions have in common.
  std::optional<RscId> operation_of_;
  OpKey operation_;
  AttributeTable operation_attributes_;
  bool operation_has_odd_names_ = false;
  bool operation_shows_node_ = false;
  std::size_t node_place_ = 0;  ///< where these attributes name the node
  std::size_t uuid_place_ = 0;
  std::optional<RscId> parameters_of_;
  AttributeTable parameters_;
};

/// The key of an action, with the resource's own id or the name that histories know it by.
std::string action_key(const ActionPlan& plan, const Action& action, bool by_history);

}  // namespace systole::policy
