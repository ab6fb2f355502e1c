#include "policy/tool/score_report.h"

#include "lib/base/strings.h"

namespace systole::policy::tool {

namespace {

/// Clients know the kinds of scores by these names.
std::string_view function_of(ScoreLine::Kind kind) {
  switch (kind) {
    case ScoreLine::Kind::kPrimitive:
      return "pcmk__primitive_assign";
    case ScoreLine::Kind::kGroup:
      return "pcmk__group_assign";
    case ScoreLine::Kind::kClone:
      return "pcmk__clone_assign";
    case ScoreLine::Kind::kBundle:
      return "pcmk__bundle_assign";
    case ScoreLine::Kind::kPromotion:
      return "";
  }
  return "";
}

constexpr std::string_view kAssigning = "pcmk__assign_resource";

/// Writes one line of the report after the other, as text or as elements.
class Scores {
 public:
  Scores(const Plan& plan, const Settings& settings, cli::Output& output)
      : status_(*plan.status), settings_(settings), output_(output), element_(element_name()) {}

  void run(const Placement& placement) {
    if (settings_.decorated && output_.is_text()) {
      if (!settings_.quiet) output_.line();
      output_.begin_list(heading());
    }
    add_lines(placement);
    if (settings_.decorated && output_.is_text()) output_.end_list();
    if (output_.is_structured()) output_.root().add(std::move(element_));
  }

 private:
  /// Both kinds of lines in the order in which they came about.
  void add_lines(const Placement& placement) {
    std::size_t scores = 0;
    const auto add_scores_before = [&](std::size_t end) {
      for (; scores < end; ++scores) {
        const ScoreLine& line = placement.score_lines[scores];
        if (settings_.show_scores && !status_.resource(line.resource).removed) add(line);
      }
    };
    for (const UtilizationLine& line : placement.utilization_lines) {
      add_scores_before(line.score_lines);
      if (settings_.show_utilization) add(line);
    }
    add_scores_before(placement.score_lines.size());
  }

  std::string_view element_name() const {
    if (!settings_.show_utilization) return "allocations";
    return settings_.show_scores ? "allocations_utilizations" : "utilizations";
  }

  std::string_view heading() const {
    if (!settings_.show_utilization) return "Assignment Scores";
    return settings_.show_scores ? "Assignment Scores and Utilization Information"
                                 : "Utilization Information";
  }

  void print(const std::string& text) {
    if (settings_.decorated) {
      output_.item(text);
    } else {
      output_.line(text);
    }
  }

  void add(const ScoreLine& line) {
    const std::string_view rsc = status_.resource(line.resource).id;
    const std::string score = base::to_string(line.score);
    const std::string_view node = line.node ? status_.node(*line.node).name : model::Text();
    if (line.kind == ScoreLine::Kind::kPromotion) {
      cli::Element& element = element_.add("promotion_score");
      element.set("id", rsc).set("score", score);
      if (line.node) element.set("node", node);
      print(line.node ? base::cat(rsc, " promotion score on ", node, ": ", score)
                      : base::cat(rsc, " promotion score (inactive): ", score));
      return;
    }
    const std::string_view function = function_of(line.kind);
    element_.add("node_weight")
        .set("function", function)
        .set("node", node)
        .set("score", score)
        .set("id", rsc);
    print(base::cat(function, ": ", rsc, " allocation score on ", node, ": ", score));
  }

  void add(const UtilizationLine& line) {
    const std::string_view node = status_.node(line.node).name;
    std::string values;
    for (const auto& [name, value] : line.values) values += base::cat(" ", name, "=", value);
    if (line.kind == UtilizationLine::Kind::kAssigned) {
      const std::string_view rsc = status_.resource(*line.resource).id;
      cli::Element& element = element_.add("utilization");
      element.set("resource", rsc).set("node", node).set("function", kAssigning);
      add_values(line, element);
      print(base::cat(kAssigning, ": ", rsc, " utilization on ", node, ":", values));
      return;
    }
    const std::string_view comment =
        line.kind == UtilizationLine::Kind::kOriginal ? "Original" : "Remaining";
    cli::Element& element = element_.add("capacity");
    element.set("node", node).set("comment", comment);
    add_values(line, element);
    print(base::cat(comment, ": ", node, " capacity:", values));
  }

  static void add_values(const UtilizationLine& line, cli::Element& element) {
    for (const auto& [name, value] : line.values) {
      element.add(name).set_text(std::to_string(value));
    }
  }

  const Status& status_;
  const Settings& settings_;
  cli::Output& output_;
  cli::Element element_;
};

}  // namespace

void report_scores(const Plan& plan, const Settings& settings, cli::Output& output) {
  if (!settings.show_scores && !settings.show_utilization) return;
  Scores(plan, settings, output).run(*plan.placement);
}

}  // namespace systole::policy::tool
