#include "policy/systole/explain.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "policy/explain/explanation.h"
#include "policy/status/queries.h"
#include "policy/systole/explain_text.h"
#include "policy/systole/explain_tree.h"
#include "policy/systole/input.h"

namespace systole::policy {

namespace {

enum Option : int { kDetailed = kFirstOwnOption };

constexpr std::array kOwnOptions = {
    cli::Option{kDetailed, "detailed", 'd', cli::Argument::kNone, "",
                "Tell everything: members and instances that are like the\n"
                "others, summands of 0"},
};

const std::array kGroups = {
    cli::OptionGroup{"source", "Data source:", "Show options of the data source", kInputOptions},
    cli::OptionGroup{"", "", "", kOwnOptions},
};

constexpr std::string_view kEpilogue =
    "RSC is a resource of any kind, an instance (web:0), or a member of a group. NODE limits the\n"
    "answer to one node: why the resource is there, or why it is not.\n"
    "\n"
    "What the answer says:\n"
    "  Now, Planned, Place what the resource does, what the cluster will do with it and why, and\n"
    "                      how its node was chosen.\n"
    "  Scores              each node's score as the sum of what speaks for and against it, in the\n"
    "                      order in which it was added up. INFINITY plus anything is INFINITY,\n"
    "                      -INFINITY wins over all; such sums show the total so far behind '->'.\n"
    "  For another node    what would have to change for it to be chosen, if all else stayed as "
    "it\n"
    "                      is. A node that several facts exclude needs all of them to change.\n"
    "\n"
    "Nothing is changed: the command plans as the cluster does and tells why.\n"
    "\n"
    "Examples:\n"
    "  Why is web where it is?\n"
    "    systole explain web\n"
    "  Why is it not on node2?\n"
    "    systole explain web node2\n"
    "  Why did the cluster decide so last night?\n"
    "    bzcat /var/lib/pacemaker/pengine/pe-input-42.bz2 | systole explain -p web\n"
    "  For a program:\n"
    "    systole explain --output-as=json web\n"
    "\n"
    "Exit status: 0, 64 for a command line that makes no sense, 102 when the cluster cannot be\n"
    "reached, 105 for a file, resource or node that does not exist.";

/// What the arguments name.
struct Question {
  RscId resource;
  std::optional<NodeId> node;
};

/// Names that people may have meant: a few, as they are configured.
std::string known_resources(const Status& status) {
  constexpr std::size_t kShown = 12;
  std::string out;
  for (std::size_t i = 0; i < status.top_level.size() && i < kShown; ++i) {
    out += base::cat(i == 0 ? "" : ", ", status.resource(status.top_level[i]).id);
  }
  if (status.top_level.size() > kShown) out += " ...";
  return out;
}

base::Result<Question> read_question(const cli::CommandLine& line, const Status& status) {
  Question out;
  const std::string& name = line.arguments.front();
  const auto rsc = find_resource(status, name);
  if (!rsc) {
    return {base::Errc::kNotFound,
            base::cat("there is no resource '", name, "'; there are: ", known_resources(status))};
  }
  out.resource = *rsc;
  if (line.arguments.size() < 2) return out;
  const auto node = status.node_by_name.find(line.arguments[1]);
  if (node == status.node_by_name.end()) {
    std::string known;
    for (const NodeId id : status.node_order) {
      known += base::cat(known.empty() ? "" : ", ", status.node(id).name);
    }
    return {base::Errc::kNotFound,
            base::cat("there is no node '", line.arguments[1], "'; there are: ", known)};
  }
  out.node = node->second;
  return out;
}

}  // namespace

const cli::Program kExplainProgram{
    .name = "systole explain",
    .summary = "systole explain - tell why a resource is where it is, and why not elsewhere",
    .groups = kGroups,
    .usage_tail = "RSC [NODE]",
    .epilogue = kEpilogue,
    .formats = "text (default), xml, json",
};

cli::ExitCode run_explain(const cli::CommandLine& line, cli::Output& output) {
  if (line.arguments.empty() || line.arguments.size() > 2) {
    output.error(base::cat(kExplainProgram.name,
                           ": give a resource, and at most one node (--help "
                           "tells more)"));
    return cli::ExitCode::kUsage;
  }
  const auto snapshot = read_input(line, kExplainProgram.name);
  if (!snapshot) return cli::fail(output, kExplainProgram, snapshot.error());
  const Plan plan = policy::plan(**snapshot, 1, Reasons::kKept);
  const auto question = read_question(line, *plan.status);
  if (!question) return cli::fail(output, kExplainProgram, question.error());
  const explain::Explanation explanation = explain::explain(plan, question->resource);
  const ExplainView view{plan, explanation, question->node, line.has(kDetailed)};
  if (output.is_structured()) {
    add_explanation(view, output.root().add("explanation"));
  } else {
    print_explanation(view, output);
  }
  return cli::ExitCode::kOk;
}

}  // namespace systole::policy
