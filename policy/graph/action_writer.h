#pragma once

#include <memory>
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
  void write_head(const Action& action, model::GraphActionHead& out);

 private:
  class Attributes;

  /// What an action is told, and what that depends on.
  struct Told {
    std::optional<RscId> resource;
    OpKey key;
    MetaList meta;
    std::uint8_t expected_rc = 0;
    bool has_node = false;
    bool shows_node = false;
    bool with_node = false;  ///< it is told its node beyond the attributes
    bool anywhere = false;   ///< the attributes would be the same on any other node of the cluster
    std::shared_ptr<const model::GraphAttributes> attributes;
  };
  const Told& told_to(const Action& action);
  const std::shared_ptr<const model::GraphResource>& resource_of(const Action& action);
  model::Text key_of(const Action& action);
  /// CRM_meta_NAME, as an XML attribute spells it.
  model::Text meta_name(model::Text name);
  void add_downed(const Action& action, model::GraphAction& out) const;

  const ActionPlan& plan_;
  const Status& status_;
  model::TextPool& texts_;
  std::unordered_map<model::Text, model::Text> meta_names_;
  AttributeTable collected_;  ///< of the action that is being written

  // Of the last action; the next one often has the same.
  Told told_;
  std::optional<RscId> resource_id_;
  std::shared_ptr<const model::GraphResource> resource_;
  std::optional<RscId> keys_of_;
  OpKey key_;
  model::Text key_text_;
  std::optional<RscId> parameters_of_;
  AttributeTable parameters_;
};

/// The key of an action, with the resource's own id or the name that histories know it by.
std::string action_key(const ActionPlan& plan, const Action& action, bool by_history);

}  // namespace systole::policy
