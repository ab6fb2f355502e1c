#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"
#include "policy/explain/contributions.h"
#include "policy/explain/names.h"
#include "policy/plan.h"
#include "policy/status/queries.h"

namespace systole::scenarios {

namespace {

using Words = std::vector<std::string>;
using model::GraphActionKind;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Words words_of(const std::string& line) {
  std::istringstream in(line);
  return Words(std::istream_iterator<std::string>(in), {});
}

/// The name of an action in expectations: "RSC TASK NODE", "fence NODE", "shutdown NODE".
std::string label_of(const model::GraphAction& action) {
  if (action.kind == GraphActionKind::kFence) return base::cat("fence ", action.node);
  if (action.operation == "do_shutdown") return base::cat("shutdown ", action.node);
  if (action.resource) {
    return base::cat(action.resource->id, " ", action.operation, " ", action.node);
  }
  return base::cat(action.key, " ", action.operation, " ", action.node);
}

class Checker {
 public:
  explicit Checker(const policy::Plan& plan) : plan_(plan) {
    for (const model::Synapse& synapse : plan.graph.synapses) {
      const std::string label = label_of(synapse.action);
      labels_[synapse.action.id] = label;
      ids_.emplace(label, synapse.action.id);
      inputs_[synapse.action.id] = synapse.inputs;
      if (synapse.action.kind != GraphActionKind::kPseudo) real_.insert(label);
    }
    add_implied();
  }

  /// What is wrong with a line; empty when it holds.
  std::string check(const std::string& line) const {
    const Words words = words_of(line);
    const std::string& verb = words.front();
    if (verb == "place") return check_place(words);
    if (verb == "role") return check_role(words);
    if (verb == "do") return has(base::cat(words[1], " ", words[2], " ", words[4]), true);
    if (verb == "never") return check_never(words);
    if (verb == "fence") return has("fence " + words[1], true);
    if (verb == "spare") return has("fence " + words[1], false);
    if (verb == "shutdown") return has("shutdown " + words[1], true);
    if (verb == "before") return check_order(line.substr(7), true);
    if (verb == "free") return check_order(line.substr(5), false);
    if (verb == "reason") return check_reason(words, line);
    if (verb == "score") return check_score(words);
    if (verb == "weighs") return check_weighs(words);
    if (verb == "idle") return check_idle();
    return "is no expectation";
  }

 private:
  /// Stops that fencing implies are points in the order, named by their node here.
  void add_implied() {
    for (std::size_t i = 0; i < plan_.actions->size(); ++i) {
      const policy::Action& action =
          plan_.actions->action(policy::ActionId(static_cast<std::uint32_t>(i)));
      if (!action.pseudo || !action.resource || !action.node) continue;
      if (inputs_.count(action.id.value() + 1) == 0) continue;
      ids_.emplace(
          base::cat(plan_.status->resource(*action.resource).base_id, " ",
                    policy::to_string(action.task), " ", plan_.status->node(*action.node).name),
          action.id.value() + 1);
    }
  }

  std::string has(const std::string& label, bool wanted) const {
    const bool found = real_.count(label) != 0;
    if (found == wanted) return {};
    return wanted ? "is not in the plan" : "is in the plan";
  }

  std::optional<policy::RscId> find(const std::string& id) const {
    return policy::find_resource(*plan_.status, id);
  }

  std::string check_place(const Words& words) const {
    const auto rsc = find(words[1]);
    if (!rsc) return "names no resource";
    const auto node = plan_.actions->resource(*rsc).node;
    const std::string actual =
        node ? std::string(plan_.status->node(*node).name) : std::string("nowhere");
    const std::string wanted = words[2] == "nowhere" ? words[2] : words.at(3);
    return actual == wanted ? "" : "but is placed on " + actual;
  }

  std::string check_role(const Words& words) const {
    const auto rsc = find(words[1]);
    if (!rsc) return "names no resource";
    const std::string actual(policy::to_string(plan_.actions->resource(*rsc).next_role));
    return actual == words[2] ? "" : "but shall be " + actual;
  }

  std::string check_never(const Words& words) const {
    const std::string front = base::cat(words[1], " ", words[2], " ");
    for (const std::string& label : real_) {
      const bool matches = words.size() > 4 ? label == front + words[4] : label.starts_with(front);
      if (matches) return base::cat("but ", label, " is in the plan");
    }
    return {};
  }

  std::string check_idle() const {
    if (real_.empty()) return {};
    std::string all;
    for (const std::string& label : real_) all += " [" + label + "]";
    return "but the plan has" + all;
  }

  std::string check_score(const Words& words) const {
    const auto rsc = find(words[1]);
    const auto node = plan_.status->node_by_name.find(words[2]);
    if (!rsc || node == plan_.status->node_by_name.end()) return "names no resource or node";
    const policy::TableCell& cell = plan_.placement->tables.at(*rsc, node->second);
    const std::string actual = cell.present ? base::to_string(cell.score) : "absent";
    return actual == words[3] ? "" : "but is " + actual;
  }

  /// "weighs RSC NODE CAUSE AMOUNT": the cause is among what makes up the score.
  std::string check_weighs(const Words& words) const {
    const auto rsc = find(words[1]);
    const auto node = plan_.status->node_by_name.find(words[2]);
    if (!rsc || node == plan_.status->node_by_name.end()) return "names no resource or node";
    std::string seen;
    for (const auto& contribution : policy::explain::contributions_to(plan_, *rsc, node->second)) {
      const std::string_view cause = policy::explain::name_of(contribution.entry.why.cause);
      const std::string amount = base::to_string(contribution.entry.amount);
      if (cause == words.at(3) && amount == words.at(4)) return {};
      seen += base::cat(" ", cause, " ", amount);
    }
    return "but there are" + seen;
  }

  std::string check_reason(const Words& words, const std::string& line) const {
    const std::string prefix = base::cat("reason ", words[1], " ", words[2], " ");
    const std::string wanted = line.substr(prefix.size());
    const auto rsc = find(words[1]);
    if (!rsc) return "names no resource";
    std::string seen;
    for (const policy::ActionId id : plan_.actions->actions_of(*rsc)) {
      const policy::Action& action = plan_.actions->action(id);
      if (policy::to_string(action.task) != words[2]) continue;
      if (action.reason == wanted) return {};
      seen += " '" + action.reason + "'";
    }
    return "but the reasons are" + seen;
  }

  bool reaches(std::uint32_t from, std::uint32_t to, std::set<std::uint32_t>& seen) const {
    if (from == to) return true;
    if (!seen.insert(from).second) return false;
    const auto inputs = inputs_.find(from);
    if (inputs == inputs_.end()) return false;
    return std::any_of(inputs->second.begin(), inputs->second.end(),
                       [&](std::uint32_t input) { return reaches(input, to, seen); });
  }

  std::string check_order(const std::string& text, bool wanted) const {
    const std::size_t bar = text.find(" | ");
    if (bar == std::string::npos) return "has no '|'";
    const auto first = ids_.find(text.substr(0, bar));
    const auto then = ids_.find(text.substr(bar + 3));
    if (first == ids_.end() || then == ids_.end()) return "names an action that is not planned";
    std::set<std::uint32_t> seen;
    std::set<std::uint32_t> other;
    const bool ordered = reaches(then->second, first->second, seen);
    if (wanted) return ordered ? "" : "but the second does not wait for the first";
    const bool reversed = reaches(first->second, then->second, other);
    return ordered || reversed ? "but one waits for the other" : "";
  }

  const policy::Plan& plan_;
  std::map<std::uint32_t, std::string> labels_;
  std::map<std::string, std::uint32_t> ids_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> inputs_;
  std::set<std::string> real_;
};

}  // namespace

std::vector<std::string> unmet_expectations(const std::string& folder) {
  const auto document = xml::Document::parse(read_file(folder + "/input.xml"));
  if (!document) return {"input.xml: " + document.error().message};
  const auto snapshot =
      cib_model::read_snapshot(document->root(), {.now = 1700000000, .from_file = true});
  if (!snapshot) return {"input.xml: " + snapshot.error().message};
  const policy::Plan plan = policy::plan(*snapshot, 1, policy::Reasons::kKept);
  const Checker checker(plan);
  std::vector<std::string> unmet;
  std::istringstream lines(read_file(folder + "/expect"));
  bool any = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    any = true;
    const std::string wrong = checker.check(line);
    if (!wrong.empty()) unmet.push_back(base::cat("'", line, "' ", wrong));
  }
  if (!any) unmet.emplace_back("nothing is expected");
  return unmet;
}

std::vector<std::string> find_scenarios(const std::string& root) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "input.xml") continue;
    out.push_back(std::filesystem::relative(entry.path().parent_path(), root).string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace systole::scenarios
