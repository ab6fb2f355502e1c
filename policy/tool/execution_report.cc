#include "policy/tool/execution_report.h"

#include "lib/base/strings.h"

namespace systole::policy::tool {

namespace {

/// Deletions have no interval, whatever the operation that they are about.
std::string_view interval_of(const model::GraphAction& action) {
  return action.operation == "delete" ? std::string_view()
                                      : attribute_of(action, "CRM_meta_interval");
}

std::string text_of(const model::GraphAction& action, std::string_view resource) {
  const std::string on = action.node.empty() ? "" : base::cat(" on ", action.node);
  switch (action.kind) {
    case model::GraphActionKind::kPseudo:
      return base::cat("Pseudo action:   ", action.key, on);
    case model::GraphActionKind::kCluster:
      if (action.resource) {
        return base::cat("Cluster action:  ", action.operation, " for ", resource, on);
      }
      return base::cat("Cluster action:  ", action.operation, on);
    case model::GraphActionKind::kFence:
      return base::cat("Fencing ", action.node, " (",
                       attribute_of(action, "CRM_meta_stonith_action"), ")");
    case model::GraphActionKind::kResource:
      break;
  }
  std::string name(resource);
  if (name.size() < 15) name.append(15 - name.size(), ' ');
  const std::string_view interval = interval_of(action);
  return base::cat("Resource action: ", name, " ", action.operation, interval.empty() ? "" : "=",
                   interval, on);
}

void add_xml(const model::GraphAction& action, std::string_view resource, cli::Element& parent) {
  switch (action.kind) {
    case model::GraphActionKind::kPseudo: {
      cli::Element& element = parent.add("pseudo_action").set("task", action.key);
      if (!action.node.empty()) element.set("node", action.node);
      return;
    }
    case model::GraphActionKind::kCluster: {
      cli::Element& element = parent.add("cluster_action");
      element.set("task", action.operation).set("node", action.node);
      if (action.resource) element.set("id", resource);
      return;
    }
    case model::GraphActionKind::kFence:
      parent.add("fencing_action")
          .set("target", action.node)
          .set("op", attribute_of(action, "CRM_meta_stonith_action"));
      return;
    case model::GraphActionKind::kResource:
      break;
  }
  cli::Element& element = parent.add("rsc_action");
  element.set("resource", resource).set("op", action.operation).set("node", action.node);
  const std::string_view interval = interval_of(action);
  if (!interval.empty()) element.set("interval", interval);
}

}  // namespace

std::string attribute_text(const AttributeWrite& write) {
  return base::cat("Injecting attribute ", write.name, "=", write.value, " into ", write.path, " '",
                   write.node_id, "'");
}

void add_attribute_xml(const AttributeWrite& write, cli::Element& parent) {
  parent.add("inject_attr")
      .set("name", write.name)
      .set("value", write.value)
      .set("node_path", write.path)
      .set("cib_node", write.node_id);
}

ExecutionReport::ExecutionReport(const Settings& settings, cli::Output& output)
    : settings_(settings), output_(output), element_("transition") {
  if (!prints()) return;
  output_.line();
  output_.begin_list("Executing Cluster Transition");
  output_.show_heading();
}

void ExecutionReport::action(const model::GraphAction& action, std::string_view resource) {
  if (output_.is_structured()) {
    add_xml(action, resource, element_);
  } else if (prints()) {
    output_.item(text_of(action, resource));
  }
}

void ExecutionReport::failure(const model::GraphAction& action, int rc) {
  output_.line(base::cat("Pretending action ", action.id, " failed with rc=", rc));
}

void ExecutionReport::attribute(const AttributeWrite& write) {
  if (output_.is_structured()) {
    add_attribute_xml(write, element_);
  } else if (prints()) {
    output_.item(attribute_text(write));
  }
}

void ExecutionReport::finish() {
  if (output_.is_structured()) {
    output_.root().add(std::move(element_));
  } else if (prints()) {
    output_.end_list();
  }
}

}  // namespace systole::policy::tool
