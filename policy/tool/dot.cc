#include "policy/tool/dot.h"

#include <map>
#include <string_view>

#include "lib/base/strings.h"
#include "policy/graph/action_writer.h"
#include "policy/ordering/inputs.h"

namespace systole::policy::tool {

namespace {

class DotWriter {
 public:
  DotWriter(const ActionPlan& plan, const DotOptions& options)
      : plan_(plan), options_(options), shown_(plan.size()) {}

  std::string write() && {
    out_ = " digraph \"g\" {\n";
    for (std::size_t i = plan_.size(); i-- > 0;) write_node(action(i));
    for (std::size_t i = plan_.size(); i-- > 0;) write_edges(action(i));
    return std::move(out_) + "}\n";
  }

 private:
  const Action& action(std::size_t i) const {
    return plan_.action(ActionId(static_cast<std::uint32_t>(i)));
  }

  std::string name_of(const Action& a) const {
    const Status& status = plan_.status();
    const std::string_view node = a.node ? status.node(*a.node).name : std::string_view();
    std::string out = action_key(plan_, a, true);
    if (a.task == Task::kFence) {
      out = base::cat("stonith '", a.fence_operation, "' ", node);
    } else if (a.task == Task::kCancel) {
      out = base::cat("Cancel ", out, " ", node);
    } else if (a.node) {
      const bool plain = !a.resource && a.task == Task::kShutdown;
      out = plain ? base::cat("do_shutdown ", node) : base::cat(out, " ", node);
    } else if (!a.pseudo && a.resource) {
      out += " <none>";
    }
    return options_.show_ids ? base::cat(out, " (", a.id.value() + 1, ")") : out;
  }

  void write_node(const Action& a) {
    const bool executed = is_executed(plan_, a);
    const bool unmanaged = a.resource && !plan_.resource(*a.resource).managed;
    std::string_view style = "dashed";
    std::string_view color = "red";
    std::string_view font = a.pseudo ? "orange" : "black";
    bool shown = true;
    if (executed) {
      style = "bold";
      color = "green";
    } else if (unmanaged) {
      font = "purple";
      shown = options_.all_actions;
    } else if (a.optional) {
      color = "blue";
      shown = options_.all_actions;
    }
    shown_[a.id.value()] = shown;
    if (!shown) return;
    out_ += base::cat("\"", name_of(a), "\" [ style=", style, " color=\"", color, "\" fontcolor=\"",
                      font, "\"]\n");
  }

  void write_edges(const Action& then) {
    struct Edge {
      effect::Bits effects = effect::kNone;
      bool in_graph = false;
    };
    std::map<ActionId, Edge> edges;
    for (const std::uint32_t place : then.before) {
      Edge& edge = edges[plan_.relations[place].first];
      edge.effects |= plan_.relations[place].effects;
      edge.in_graph = edge.in_graph || plan_.relations[place].in_graph;
    }
    for (const auto& [first, edge] : edges) {
      std::string_view style = "dashed";
      bool shown = options_.all_actions;
      if (edge.in_graph) {
        style = "bold";
        shown = true;
      } else if (edge.effects == effect::kNone) {
        continue;
      } else if (shown_[first.value()] && shown_[then.id.value()] &&
                 edge.effects != effect::kSameOrTarget) {
        shown = true;
      }
      if (!shown) continue;
      out_ += base::cat("\"", name_of(plan_.action(first)), "\" -> \"", name_of(then),
                        "\" [ style = ", style, "]\n");
    }
  }

  const ActionPlan& plan_;
  const DotOptions& options_;
  std::vector<bool> shown_;
  std::string out_;
};

}  // namespace

std::string write_dot(const ActionPlan& plan, const DotOptions& options) {
  return DotWriter(plan, options).write();
}

}  // namespace systole::policy::tool
