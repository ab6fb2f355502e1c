#include "policy/systole/explain_text.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/explain/trial.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"
#include "policy/systole/words.h"

namespace systole::policy {

namespace {

using explain::Contribution;
using explain::Explanation;
using explain::NodeState;
using explain::NodeVerdict;
using explain::Promotion;
using Rule = ScoreDecision::Rule;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

class Writer {
 public:
  Writer(const ExplainView& view, cli::Output& output)
      : plan_(view.plan), status_(*view.plan.status), view_(view), output_(output) {}

  void run() {
    const Explanation& explanation = view_.explanation;
    print_head(explanation);
    const Resource& rsc = status_.resource(explanation.resource);
    if (rsc.is_primitive()) {
      print_placement(explanation);
    } else if (rsc.is_group()) {
      print_group(explanation);
    } else {
      print_collective(explanation);
    }
    print_fencing();
  }

 private:
  std::string name(NodeId node) const { return std::string(words::node_name(plan_, node)); }
  std::string name(RscId rsc) const { return std::string(words::resource_name(plan_, rsc)); }

  void field(std::string_view title, const std::string& text) {
    output_.line(base::cat("  ", padded(std::string(title), 9), text));
  }

  void title(const std::string& text) {
    output_.line();
    output_.line(text);
  }

  std::string kind_of(const Resource& rsc) const {
    if (rsc.is_primitive()) return render::agent_text(rsc.agent);
    if (rsc.is_group()) return "group";
    if (rsc.is_bundle()) return "bundle";
    return rsc.clone.promotable ? "promotable clone" : "clone";
  }

  // The head: what it is, what it does now, what it shall do.

  void print_head(const Explanation& explanation) {
    const Resource& rsc = status_.resource(explanation.resource);
    output_.line(base::cat(rsc.id, " (", kind_of(rsc), ")"));
    field("Now", words::now(plan_, explanation));
    if (!rsc.is_primitive()) return;
    for (const std::string& text : words::failures(plan_, explanation.resource)) {
      field("Failed", text);
    }
    field("Planned", words::planned(plan_, explanation));
    std::string_view heading = "Place";
    for (const std::string& text : words::choice(plan_, explanation)) {
      field(heading, text);
      heading = "";
    }
  }

  const NodeVerdict* chosen(const Explanation& explanation) const {
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (verdict.chosen) return &verdict;
    }
    return nullptr;
  }

  // Scores.

  std::string cause(const Explanation& explanation, const Contribution& contribution) const {
    return words::cause(plan_, explanation.resource, contribution);
  }

  bool is_told(const Contribution& contribution) const {
    if (view_.detailed) return true;
    const ScoreEntry& entry = contribution.entry;
    const bool names_node = !status_.options.symmetric && entry.why.cause == ScoreCause::kLocation;
    return entry.amount.value() != 0 || names_node;
  }

  /// The summands, one a line.
  std::vector<std::string> contribution_lines(
      const Explanation& explanation, const std::vector<Contribution>& contributions) const {
    std::vector<std::string> out;
    for (const Contribution& contribution : contributions) {
      if (!is_told(contribution)) continue;
      std::string line = base::cat("      ", right(words::amount(contribution.entry), 9), "  ",
                                   cause(explanation, contribution));
      // Where addition saturates, the total is not what people would add up.
      const base::Score sum = contribution.sum;
      const bool hidden = sum.is_infinite() && sum != contribution.entry.amount;
      if (hidden && !contribution.entry.replaces) {
        line += base::cat(" (the sum stays ", base::to_string(sum), ")");
      }
      out.push_back(std::move(line));
    }
    return out;
  }

  /// What is told of nodes, and the nodes of which the same is told.
  struct Block {
    std::vector<std::string> names;
    std::string heading;
    std::vector<std::string> lines;
  };

  static void add_block(std::vector<Block>& blocks, Block block) {
    for (Block& other : blocks) {
      if (other.heading != block.heading || other.lines != block.lines) continue;
      other.names.push_back(block.names.front());
      return;
    }
    blocks.push_back(std::move(block));
  }

  void print_blocks(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) {
      std::string names;
      for (const std::string& name : block.names) {
        names += base::cat(names.empty() ? "" : ", ", name);
      }
      output_.line(base::cat("  ", names, ": ", block.heading));
      for (const std::string& line : block.lines) output_.line(line);
    }
  }

  Block node_block(const Explanation& explanation, const NodeVerdict& verdict) const {
    Block out;
    out.names.push_back(name(verdict.node));
    out.heading = verdict.score ? base::to_string(*verdict.score) : "no candidate";
    std::vector<std::string> notes;
    if (verdict.chosen) notes.emplace_back("chosen");
    if (verdict.active) notes.emplace_back("it runs here now");
    if (verdict.state != NodeState::kReady) {
      notes.push_back(base::cat("the node ", words::state(plan_, verdict.node, verdict.state)));
    }
    if (!verdict.score) {
      notes.emplace_back("the cluster is opt-in, and no location constraint names the node");
    }
    if (!notes.empty()) out.heading += base::cat("  (", joined(notes), ")");
    out.lines = contribution_lines(explanation, verdict.contributions);
    return out;
  }

  /// Nodes that are of the wrong kind are worth a word only when they are asked for.
  bool is_worth_telling(const NodeVerdict& verdict) const {
    if (view_.node) return verdict.node == *view_.node;
    if (view_.detailed || verdict.chosen || verdict.active) return true;
    return std::none_of(verdict.contributions.begin(), verdict.contributions.end(),
                        [](const Contribution& contribution) {
                          return contribution.bans() &&
                                 contribution.entry.why.cause == ScoreCause::kNodeKind;
                        });
  }

  static std::string joined(const std::vector<std::string>& notes) {
    std::string out;
    for (const std::string& note : notes) out += base::cat(out.empty() ? "" : "; ", note);
    return out;
  }

  bool is_asked(const NodeVerdict& verdict) const {
    return !view_.node || verdict.node == *view_.node;
  }

  void print_placement(const Explanation& explanation) {
    if (view_.node) {
      print_answer(explanation);
    }
    title(view_.node ? "Score:" : "Scores, the best node first:");
    std::vector<Block> blocks;
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (is_worth_telling(verdict)) add_block(blocks, node_block(explanation, verdict));
    }
    print_blocks(blocks);
    if (blocks.empty()) output_.line("  no node is a candidate");
    print_changes(explanation);
    print_actions(explanation);
  }

  /// Why it is, or is not, on the node that was asked for.
  void print_answer(const Explanation& explanation) {
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (verdict.node != *view_.node) continue;
      title(base::cat(name(explanation.resource),
                      verdict.chosen ? " is placed on " : " is not placed on ", name(verdict.node),
                      "."));
      return;
    }
    title(base::cat(name(*view_.node), " is no candidate for ", name(explanation.resource), "."));
  }

  void print_changes(const Explanation& explanation) {
    std::vector<Block> blocks;
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (verdict.chosen || !is_asked(verdict)) continue;
      const std::vector<std::string> clauses = words::change(plan_, explanation, verdict);
      if (!clauses.empty()) add_block(blocks, {{name(verdict.node)}, words::list(clauses), {}});
    }
    if (!blocks.empty())
      title(base::cat("For ", view_.node ? name(*view_.node) : std::string("another node"),
                      " to be chosen, all else being as it is:"));
    print_blocks(blocks);
    if (view_.node) print_trial(explanation);
    print_hints(explanation);
  }

  /// What planning again gave with the change made.
  void print_trial(const Explanation& explanation) {
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (verdict.node != *view_.node) continue;
      const auto trial = explain::try_change(plan_, explanation, verdict);
      if (!trial) return;
      for (const std::string& line : words::trial(plan_, explanation, verdict, *trial)) {
        output_.line(base::cat("  ", line));
      }
    }
  }

  /// Commands for what people meet most.
  void print_hints(const Explanation& explanation) {
    bool clear = false;
    bool cleanup = false;
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (!is_asked(verdict)) continue;
      for (const Contribution& contribution : verdict.contributions) {
        const ScoreWhy& why = contribution.entry.why;
        clear =
            clear || why.detail.starts_with("cli-ban-") || why.detail.starts_with("cli-prefer-");
        cleanup = cleanup || why.cause == ScoreCause::kFailure ||
                  why.cause == ScoreCause::kMigrationThreshold;
      }
    }
    const RscId top = top_of(status_, explanation.resource, true);
    if (clear) {
      output_.line(base::cat("  (crm_resource --clear --resource ", name(top),
                             " removes what moves and bans left behind)"));
    }
    if (cleanup) {
      output_.line(
          base::cat("  (crm_resource --cleanup --resource ", name(top), " forgets its failures)"));
    }
  }

  void print_actions(const Explanation& explanation) {
    if (explanation.actions.empty()) return;
    title("Actions in the plan:");
    for (const std::string& text : words::actions(plan_, explanation.actions)) {
      output_.line(base::cat("  ", text));
    }
  }

  /// Whether the resource runs on the node, or is the way to it.
  bool concerns(const Explanation& explanation, std::string_view node) const {
    const auto known = status_.node_by_name.find(node);
    if (known == status_.node_by_name.end() || view_.node == known->second) return true;
    const Resource& rsc = status_.resource(explanation.resource);
    if (rsc.remote_node == known->second || is_active_on(rsc, known->second)) return true;
    return std::any_of(explanation.parts.begin(), explanation.parts.end(),
                       [&](const Explanation& part) { return concerns(part, node); });
  }

  void print_fencing() {
    bool any = false;
    for (const SummaryLine& line : plan_.summary) {
      if (!line.verb.starts_with("Fence")) continue;
      const std::string_view node =
          std::string_view(line.subject).substr(0, line.subject.find(' '));
      if (!view_.detailed && !concerns(view_.explanation, node)) continue;
      if (!any) title("Nodes that the plan fences first:");
      any = true;
      output_.line(base::cat("  ", line.verb, " ", line.subject,
                             line.reason.empty() ? "" : base::cat(": ", line.reason)));
    }
  }

  // Groups.

  void print_group(const Explanation& explanation) {
    if (explanation.parts.empty()) return;
    print_parts(explanation);
    const Resource& group = status_.resource(explanation.resource);
    const Explanation& first = explanation.parts.front();
    if (!group.collocated) {
      for (const Explanation& part : explanation.parts) print_part(part);
      return;
    }
    title(base::cat("The first member, ", name(first.resource),
                    ", chooses the node for all; what the others want is counted in."));
    print_part(first);
    for (std::size_t i = 1; i < explanation.parts.size(); ++i) {
      const Explanation& part = explanation.parts[i];
      const bool differs = part.node != first.node || part.rule == Rule::kUnmanaged;
      if (differs || view_.detailed) print_part(part);
    }
  }

  void print_parts(const Explanation& explanation) {
    std::size_t width = 0;
    for (const Explanation& part : explanation.parts) {
      width = std::max(width, name(part.resource).size());
    }
    output_.line("  Planned");
    for (const Explanation& part : explanation.parts) {
      output_.line(
          base::cat("    ", padded(name(part.resource), width), "  ", words::planned(plan_, part)));
      for (const std::string& text : words::failures(plan_, part.resource)) {
        output_.line(base::cat("      failed: ", text));
      }
    }
  }

  void print_part(const Explanation& part) {
    output_.line();
    print_head(part);
    print_placement(part);
  }

  // Clones and bundles.

  void print_collective(const Explanation& explanation) {
    print_counts(explanation);
    print_instances(explanation);
    print_places(explanation);
    print_promotions(explanation);
  }

  void print_counts(const Explanation& explanation) {
    const Resource& rsc = status_.resource(explanation.resource);
    std::string text;
    if (rsc.is_bundle()) {
      text = base::cat(rsc.bundle.replicas.size(), " replicas, at most ",
                       rsc.bundle.replicas_per_host, " on a node");
    } else {
      text = base::cat("up to ", rsc.clone.max,
                       rsc.clone.max == 1 ? " instance, at most " : " instances, at most ",
                       rsc.clone.node_max, " on a node");
      if (rsc.clone.promotable) text += base::cat(", up to ", rsc.clone.promoted_max, " promoted");
    }
    field("Wanted", text);
  }

  /// Primitives of a collective, outermost first: what the lists show.
  void collect(const Explanation& explanation, std::vector<const Explanation*>& out) const {
    if (status_.resource(explanation.resource).is_primitive()) {
      out.push_back(&explanation);
      return;
    }
    for (const Explanation& part : explanation.parts) collect(part, out);
  }

  /// The part whose table chooses where an instance goes.
  const Explanation& chooser(const Explanation& instance) const {
    const Explanation* at = &instance;
    while (!at->parts.empty()) at = &at->parts.front();
    return *at;
  }

  void print_instances(const Explanation& explanation) {
    std::vector<const Explanation*> all;
    collect(explanation, all);
    std::size_t width = 0;
    for (const Explanation* part : all) width = std::max(width, name(part->resource).size());
    title("Instances:");
    std::vector<std::string> unplaced;
    for (const Explanation* part : all) {
      if (!part->node && part->active_on.empty() && !view_.detailed) {
        if (!status_.resource(part->resource).removed) unplaced.push_back(name(part->resource));
        continue;
      }
      if (view_.node && part->node != view_.node) continue;
      output_.line(
          base::cat("  ", padded(name(part->resource), width), "  ", words::planned(plan_, *part)));
      for (const std::string& text : words::failures(plan_, part->resource)) {
        output_.line(base::cat("      failed: ", text));
      }
      print_choice(*part);
    }
    if (!unplaced.empty() && !view_.node) {
      output_.line(base::cat("  without a node: ", words::list(unplaced)));
    }
  }

  /// Whether there was nothing to choose: it goes where its container is.
  bool is_tied_to_container(const Explanation& part) const {
    if (part.node && status_.node(*part.node).kind == NodeKind::kBundle) return true;
    const auto bundle = bundle_of(status_, part.resource);
    return bundle && !is_container(status_.resource(*bundle), part.resource);
  }

  void print_choice(const Explanation& part) {
    if (is_tied_to_container(part) && !view_.detailed) return;
    for (const std::string& text : words::choice(plan_, part))
      output_.line(base::cat("      ", text));
    const NodeVerdict* best = chosen(part);
    if (best != nullptr && (view_.detailed || has_weight(best->contributions))) {
      for (const std::string& line : contribution_lines(part, best->contributions)) {
        output_.line(line);
      }
    }
  }

  static bool has_weight(const std::vector<Contribution>& contributions) {
    return std::any_of(contributions.begin(), contributions.end(),
                       [](const Contribution& c) { return c.entry.amount.value() != 0; });
  }

  /// For each node without an instance, what keeps one away.
  void print_places(const Explanation& explanation) {
    const Resource& rsc = status_.resource(explanation.resource);
    std::vector<const Explanation*> instances;
    for (const Explanation& part : explanation.parts) {
      const bool container = !rsc.is_bundle() || is_container(rsc, part.resource);
      if (container) instances.push_back(&chooser(part));
    }
    std::vector<Block> blocks;
    for (const NodeVerdict& verdict : explanation.nodes) {
      if (!is_asked(verdict) || status_.node(verdict.node).kind == NodeKind::kBundle) continue;
      const bool taken = std::any_of(instances.begin(), instances.end(),
                                     [&](const auto* part) { return part->node == verdict.node; });
      if (taken) continue;
      add_block(blocks, {{name(verdict.node)}, absence(explanation, instances, verdict), {}});
    }
    if (!blocks.empty()) title("Nodes without an instance:");
    print_blocks(blocks);
  }

  static bool is_container(const Resource& bundle, RscId part) {
    return std::any_of(bundle.bundle.replicas.begin(), bundle.bundle.replicas.end(),
                       [&](const Replica& replica) { return replica.container == part; });
  }

  std::string absence(const Explanation& explanation,
                      const std::vector<const Explanation*>& instances,
                      const NodeVerdict& own) const {
    if (own.state != NodeState::kReady) {
      return "the node " + words::state(plan_, own.node, own.state);
    }
    std::vector<std::string> causes;
    const auto add = [&](const Explanation& who, const std::vector<Contribution>& contributions) {
      for (const Contribution& contribution : contributions) {
        if (!contribution.bans()) continue;
        std::string text = cause(who, contribution);
        if (std::find(causes.begin(), causes.end(), text) == causes.end()) {
          causes.push_back(std::move(text));
        }
      }
    };
    add(explanation, own.contributions);
    if (causes.empty()) {
      for (const Explanation* instance : instances) {
        for (const NodeVerdict& verdict : instance->nodes) {
          if (verdict.node == own.node && !instance->node) add(*instance, verdict.contributions);
        }
        if (!causes.empty()) break;
      }
    }
    if (causes.empty()) {
      const auto placed = std::count_if(instances.begin(), instances.end(),
                                        [](const auto* part) { return part->node.has_value(); });
      causes.push_back(base::cat(
          "the ", placed,
          placed == 1 ? " instance has a better place" : " instances have better places"));
    }
    return words::list(causes);
  }

  void print_promotions(const Explanation& explanation) {
    for (const Explanation& part : explanation.parts) {
      if (!part.promotions.empty()) print_promotions(part);
    }
    if (explanation.promotions.empty()) return;
    title(base::cat("Promotion (up to ", explanation.promoted_max,
                    "), the highest value first; a negative value is never promoted:"));
    for (const Promotion& promotion : explanation.promotions) {
      if (view_.node && promotion.node != view_.node) continue;
      if (!promotion.node && !view_.detailed) continue;
      std::string line = base::cat("  ", name(promotion.instance));
      if (promotion.node) line += base::cat(" on ", name(*promotion.node));
      line += promotion.node ? base::cat(": ", base::to_string(promotion.value)) : ": has no node";
      if (promotion.promoted) line += base::cat("  (promoted", tie(explanation, promotion), ")");
      output_.line(line);
      if (promotion.node) print_promotion_value(explanation, promotion);
    }
  }

  /// What decided where an instance that is not promoted has the same value.
  static std::string tie(const Explanation& clone, const Promotion& best) {
    const bool equal =
        std::any_of(clone.promotions.begin(), clone.promotions.end(), [&](const Promotion& other) {
          return !other.promoted && other.node && other.value == best.value;
        });
    if (!equal) return {};
    return best.was_promoted ? "; others are as good, it is promoted already"
                             : "; others are as good, it comes first in the order of instances";
  }

  void print_promotion_value(const Explanation& clone, const Promotion& promotion) {
    for (const Contribution& contribution : promotion.contributions) {
      const ScoreEntry& entry = contribution.entry;
      if (entry.amount.value() == 0 && promotion.contributions.size() > 1) continue;
      const bool total = entry.why.cause == ScoreCause::kParent;
      if (total && !changes_value(promotion, contribution)) continue;
      const std::string text =
          words::cause(plan_, promotion.instance, contribution) + (total ? ":" : "");
      output_.line(base::cat("      ", right(words::amount(entry), 9), "  ", text));
      if (total) print_clone_sum(clone, *promotion.node);
    }
  }

  /// Whether the clone's table adds anything to the instance's own value.
  static bool changes_value(const Promotion& promotion, const Contribution& total) {
    const std::size_t place = static_cast<std::size_t>(&total - promotion.contributions.data());
    return place == 0 || promotion.contributions[place - 1].sum != total.sum;
  }

  void print_clone_sum(const Explanation& clone, NodeId node) {
    for (const NodeVerdict& verdict : clone.nodes) {
      if (verdict.node != node) continue;
      for (const Contribution& contribution : verdict.contributions) {
        if (contribution.entry.amount.value() == 0) continue;
        output_.line(base::cat("          ", right(words::amount(contribution.entry), 9), "  ",
                               words::cause(plan_, clone.resource, contribution)));
      }
    }
  }

  const Plan& plan_;
  const Status& status_;
  const ExplainView& view_;
  cli::Output& output_;
};

}  // namespace

void print_explanation(const ExplainView& view, cli::Output& output) {
  Writer(view, output).run();
}

}  // namespace systole::policy
