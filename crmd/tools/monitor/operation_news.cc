#include "crmd/tools/monitor/operation_news.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"
#include "lib/model/execution.h"

namespace systole::crmd::monitor {
namespace {

constexpr int kPending = -1;
constexpr int kNotRunning = 7;

int number(xml::Element element, const char* name, int missing) {
  return base::parse_integer<int>(element.attribute_or(name, "")).value_or(missing);
}

/// The third part of a transition key "action:transition:expected:uuid".
int expected_code(std::string_view transition_key) {
  const std::vector<std::string_view> parts = base::split(transition_key, ":");
  return parts.size() > 2 ? base::parse_integer<int>(parts[2]).value_or(0) : 0;
}

std::string describe(int status, int code) {
  const bool done = status == static_cast<int>(model::ExecutionStatus::kDone);
  if (done) return std::string(model::describe(static_cast<model::ExitCode>(code)));
  const std::optional<model::ExecutionStatus> known = model::execution_status(status);
  return known ? std::string(model::describe(*known)) : base::cat("status ", status);
}

/// A copy of an operation under another id (the last one may also be the last failure) is the same
/// news.
std::string identity(const std::string& place, xml::Element op) {
  return base::cat(place, " ", op.attribute_or("call-id", ""), " ",
                   op.attribute_or("transition-magic", ""), " ",
                   op.attribute_or("last-rc-change", ""));
}

}  // namespace

std::vector<News> OperationNews::read(xml::Element cib) {
  std::vector<News> news;
  last_ = std::exchange(seen_, {});
  const xml::Element status = cib.first_child("status");
  if (status) {
    for (const xml::Element node_state : status.children("node_state")) read_node(node_state, news);
  }
  last_.clear();
  if (!std::exchange(primed_, true)) news.clear();
  return news;
}

void OperationNews::read_node(xml::Element node_state, std::vector<News>& news) {
  const xml::Element lrm = node_state.first_child("lrm");
  const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : lrm;
  if (!resources) return;
  const std::string node(
      node_state.attribute_or("uname", std::string(node_state.attribute_or("id", ""))));
  for (const xml::Element resource : resources.children("lrm_resource")) {
    const std::string id(resource.attribute_or("id", ""));
    const std::string place = base::cat(node, " ", id);
    std::vector<std::string> told;
    for (const xml::Element op : resource.children("lrm_rsc_op")) {
      const std::string key = base::cat(place, " ", op.attribute_or("id", ""));
      std::string what = identity(place, op);
      const auto before = last_.find(key);
      const bool known = before != last_.end() && before->second == what;
      const bool repeated = std::find(told.begin(), told.end(), what) != told.end();
      told.push_back(what);
      seen_[key] = std::move(what);
      News item{.node = node,
                .resource = id,
                .task = std::string(op.attribute_or("operation", "")),
                .rc = number(op, "rc-code", 0),
                .target_rc = expected_code(op.attribute_or("transition-key", "")),
                .status = number(op, "op-status", 0)};
      const bool nothing_found = item.status == 0 && item.rc == kNotRunning &&
                                 item.target_rc == kNotRunning && item.task == "monitor";
      if (known || repeated || item.status == kPending || nothing_found) continue;
      item.description = describe(item.status, item.rc);
      news.push_back(std::move(item));
    }
  }
}

}  // namespace systole::crmd::monitor
