#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "lib/model/scalars.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

/// A resource and what is done to it: "web start".
using Step = std::string;

struct Wait {
  Step then;
  std::string_view constraint;
};

/// Which step must come before which, as far as constraints say so of single resources.
class Waits {
 public:
  void add(const Step& first, const Step& then, std::string_view constraint) {
    after_[first].push_back({then, constraint});
  }

  void add_constraint(xml::Element order) {
    if (!is_mandatory(order)) return;
    std::vector<Step> before;
    bool has_sets = false;
    for (const xml::Element set : order.children("resource_set")) {
      has_sets = true;
      before = add_set(set, before, order.id());
    }
    if (has_sets) return;
    const auto first = order.attribute("first");
    const auto then = order.attribute("then");
    if (!first || !then) return;
    const std::string_view first_action = order.attribute_or("first-action", "start");
    const std::string_view then_action = order.attribute_or("then-action", first_action);
    add(base::cat(*first, " ", first_action), base::cat(*then, " ", then_action), order.id());
  }

  /// Each loop as the constraints that make it, in their order along the loop.
  std::vector<std::vector<std::string_view>> loops() {
    std::vector<Step> starts;
    for (const auto& [step, waits] : after_) starts.push_back(step);
    for (const Step& start : starts) search_from(start);
    return std::move(loops_);
  }

 private:
  static bool is_mandatory(xml::Element order) {
    if (const auto kind = order.attribute("kind")) {
      return base::equal_ignoring_case(*kind, "Mandatory");
    }
    const auto score = order.attribute("score");
    return !score || model::read_score(*score, {}).value_or(base::Score()).value() > 0;
  }

  /// Returns the steps that a following set waits for.
  std::vector<Step> add_set(xml::Element set, const std::vector<Step>& before,
                            std::string_view constraint) {
    const std::string_view action = set.attribute_or("action", "start");
    const bool sequential = base::parse_bool(set.attribute_or("sequential", "true")).value_or(true);
    std::vector<Step> steps;
    for (const xml::Element reference : set.children("resource_ref")) {
      steps.push_back(base::cat(reference.id(), " ", action));
    }
    if (steps.empty()) return before;
    for (std::size_t i = 1; sequential && i < steps.size(); ++i) {
      add(steps[i - 1], steps[i], constraint);
    }
    const std::size_t entries = sequential ? 1 : steps.size();
    for (const Step& first : before) {
      for (std::size_t i = 0; i < entries; ++i) add(first, steps[i], constraint);
    }
    const bool all = base::parse_bool(set.attribute_or("require-all", "true")).value_or(true);
    if (!all) return {};  // One of several is enough: no single one is waited for.
    if (sequential) return {steps.back()};
    return steps;
  }

  /// Follows the waits depth first without recursion: chains are as long as configurations are.
  void search_from(const Step& start) {
    struct Visit {
      const Step* step;
      std::size_t next = 0;
    };
    if (done_.count(start) != 0) return;
    std::vector<Visit> path = {{&start}};
    std::vector<std::string_view> constraints;
    std::map<std::string_view, std::size_t> on_path = {{start, 0}};
    while (!path.empty()) {
      Visit& visit = path.back();
      const auto waits = after_.find(*visit.step);
      if (waits == after_.end() || visit.next == waits->second.size()) {
        done_[*visit.step] = true;
        on_path.erase(*visit.step);
        path.pop_back();
        if (!constraints.empty()) constraints.pop_back();
        continue;
      }
      const Wait& wait = waits->second[visit.next++];
      if (const auto again = on_path.find(wait.then); again != on_path.end()) {
        std::vector<std::string_view> loop(
            constraints.begin() + static_cast<std::ptrdiff_t>(again->second), constraints.end());
        loop.push_back(wait.constraint);
        loops_.push_back(std::move(loop));
      } else if (done_.count(wait.then) == 0) {
        on_path.emplace(wait.then, path.size());
        path.push_back({&wait.then});
        constraints.push_back(wait.constraint);
      }
    }
  }

  std::map<Step, std::vector<Wait>> after_;
  std::map<Step, bool> done_;
  std::vector<std::vector<std::string_view>> loops_;
};

}  // namespace

void check_order_loops(const Subject& subject) {
  const xml::Element constraints = subject.configuration.first_child("constraints");
  if (!constraints) return;
  Waits waits;
  for (const xml::Element order : constraints.children("rsc_order")) waits.add_constraint(order);
  for (const std::vector<std::string_view>& loop : waits.loops()) {
    std::string names;
    std::string_view last;
    for (const std::string_view constraint : loop) {
      if (constraint == last) continue;
      names += base::cat(names.empty() ? "'" : ", '", constraint, "'");
      last = constraint;
    }
    subject.problems.remark(Problem::Severity::kNotice, "Ordering loop through ", names,
                            ": nothing that waits in it can be done");
  }
}

}  // namespace systole::policy::verify
