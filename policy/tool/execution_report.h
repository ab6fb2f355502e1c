#pragma once

#include <string>
#include <string_view>

#include "lib/cli/output.h"
#include "lib/model/graph.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Shows the actions of a transition as they are carried out.
class ExecutionReport {
 public:
  ExecutionReport(const Settings& settings, cli::Output& output);

  /// `resource` is the name by which people know the resource of the action.
  void action(const model::GraphAction& action, std::string_view resource);
  /// The action was told to fail.
  void failure(const model::GraphAction& action, int rc);
  void attribute(const AttributeWrite& write);
  void finish();

 private:
  bool prints() const { return output_.is_text() && !settings_.quiet; }

  const Settings& settings_;
  cli::Output& output_;
  cli::Element element_;
};

/// "Injecting attribute NAME=VALUE into PATH 'NODE'".
std::string attribute_text(const AttributeWrite& write);
void add_attribute_xml(const AttributeWrite& write, cli::Element& parent);

}  // namespace systole::policy::tool
