#include "policy/tool/transition_run.h"

#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::policy::tool {

namespace {

/// Asks agents and changes nothing, or only erases what was recorded.
bool leaves_no_result(const model::GraphAction& action) {
  return action.operation == "delete" || action.operation == "meta-data";
}

}  // namespace

TransitionEnd TransitionRun::run() {
  return execute(plan_.graph, [this](const model::GraphAction& action) { return perform(action); });
}

std::string TransitionRun::display_name(const model::GraphAction& action) const {
  if (!action.resource) return {};
  if (action.kind == model::GraphActionKind::kCluster) return std::string(action.resource->id);
  const Status& status = *plan_.status;
  const model::Text longer = action.resource->long_id;
  const bool is_longer = !find_resource(status, action.resource->id) && !longer.empty() &&
                         find_resource(status, longer);
  return std::string(is_longer ? longer : action.resource->id);
}

const OperationSpec* TransitionRun::failure_of(const model::GraphAction& action,
                                               const std::string& name) const {
  const auto interval =
      base::parse_integer<std::int64_t>(attribute_of(action, "CRM_meta_interval")).value_or(0);
  for (const OperationSpec& spec : failures_) {
    if (spec.node != action.node || spec.task != action.operation || spec.interval_ms != interval) {
      continue;
    }
    if (base::equal_ignoring_case(spec.resource, name) ||
        base::equal_ignoring_case(spec.resource, action.resource->id)) {
      return &spec;
    }
  }
  return nullptr;
}

void TransitionRun::fail(const model::GraphAction& action, const OperationSpec& failure) {
  report_.failure(action, failure.rc);
  const bool infinite =
      (action.operation == "start" && plan_.graph.failed_start_offset == "INFINITY") ||
      (action.operation == "stop" && plan_.graph.failed_stop_offset == "INFINITY");
  for (const AttributeWrite& write :
       cluster_.count_failure(failure, action.resource->id, infinite)) {
    report_.attribute(write);
  }
}

bool TransitionRun::perform(const model::GraphAction& action) {
  const std::string name = display_name(action);
  report_.action(action, name);
  if (action.kind == model::GraphActionKind::kFence) {
    const bool on = attribute_of(action, "CRM_meta_stonith_action") == "on";
    if (!on) cluster_.fence(action.node);
    return true;
  }
  if (action.kind != model::GraphActionKind::kResource || leaves_no_result(action)) return true;
  const OperationSpec* failure = failure_of(action, name);
  int rc = base::parse_integer<int>(attribute_of(action, "CRM_meta_op_target_rc")).value_or(0);
  if (failure != nullptr) {
    rc = failure->rc;
    fail(action, *failure);
  }
  cluster_.record(
      action,
      {.entry = name, .config_id = action.resource->id, .rc = rc, .told = failure != nullptr});
  return failure == nullptr;
}

std::vector<OperationSpec> read_failures(const std::vector<std::string>& texts,
                                         cli::Output& output) {
  std::vector<OperationSpec> failures;
  for (const std::string& text : texts) {
    if (auto spec = parse_operation_spec(text)) {
      failures.push_back(*std::move(spec));
      continue;
    }
    const std::size_t equals = text.rfind('=');
    const bool has_place = text.find('@') < equals && equals != std::string::npos;
    if (has_place && !base::parse_integer<int>(std::string_view(text).substr(equals + 1))) {
      output.error(
          base::cat("Invalid failed operation '", text, "' (result code must be integer)"));
    }
  }
  return failures;
}

}  // namespace systole::policy::tool
