#include <set>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"
#include "policy/digest/digest.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;
using policy::AttributeTable;

constexpr std::string_view kMetaPrefix = "CRM_meta_";

struct Digest {
  std::string_view type;
  std::string_view text;
  AttributeTable parameters;
};

/// The last recorded start on the node; the names of private and non-reloadable parameters are in
/// it. Null when there is none.
const model::HistoryOperation* recorded_start(const policy::Resource& resource,
                                              policy::NodeId node) {
  const model::HistoryOperation* found = nullptr;
  for (const policy::HistoryLink& link : resource.history) {
    if (link.node != node || link.entry == nullptr) continue;
    for (const model::HistoryOperation& operation : link.entry->operations) {
      if (operation.operation == "start") found = &operation;
    }
  }
  return found;
}

/// The parameters whose names are (or are not) in a list separated by blanks.
AttributeTable selected(const AttributeTable& all, model::Text list, bool listed) {
  const std::vector<std::string_view> words = base::split(list, " ");
  const std::set<std::string_view> names(words.begin(), words.end());
  AttributeTable kept;
  for (const model::NameValue& entry : all) {
    if (names.contains(entry.name) == listed) kept.set(entry.name, entry.value);
  }
  return kept;
}

/// Replaces parameters by the NAME=VALUE words of the command line. Meta-attributes do not enter
/// the digests of operations that do not recur.
base::Result<void> apply_overrides(const Context& context, AttributeTable& parameters) {
  for (const std::string& word : context.line.arguments) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0) {
      return {base::Errc::kUsage, base::cat("'", word, "' is no NAME=VALUE")};
    }
    const std::string_view name = std::string_view(word).substr(0, equals);
    if (name.substr(0, kMetaPrefix.size()) == kMetaPrefix) continue;
    parameters.set(name, std::string_view(word).substr(equals + 1));
  }
  return {};
}

void show(Context& context, const std::vector<Digest>& digests) {
  if (!context.out.is_structured()) {
    for (const Digest& digest : digests) {
      context.out.line(
          base::cat(policy::parameters_digest(digest.parameters), " (", digest.text, ")"));
    }
    return;
  }
  cli::Element& element = context.out.root().add("digests");
  element.set("resource", context.resource().id).set("node", context.node_name());
  element.set("task", "start").set("interval", "0ms");
  for (const Digest& digest : digests) {
    cli::Element& child = element.add("digest");
    child.set("type", digest.type).set("hash", policy::parameters_digest(digest.parameters));
    cli::Element& parameters = child.add("parameters");
    for (const model::NameValue& entry : digest.parameters) parameters.set(entry.name, entry.value);
  }
}

}  // namespace

ExitCode show_digests(Context& context) {
  if (!context.node()) {
    return fail(context.out, ExitCode::kUsage, "Must supply a node name with -N");
  }
  if (!context.resource().is_primitive()) {
    context.out.error(base::cat("crm_resource: Error performing operation: ",
                                cli::exit_text(ExitCode::kUnimplemented)));
    return ExitCode::kUnimplemented;
  }
  model::HistoryOperation operation;
  operation.operation = "start";
  const model::HistoryOperation* recorded = recorded_start(context.resource(), *context.node());
  AttributeTable all = policy::digest_parameters(context.status(), context.resource_id(),
                                                 *context.node(), operation);
  if (const base::Result<void> replaced = apply_overrides(context, all); !replaced) {
    return fail(context.out, replaced.error());
  }
  const model::Text secret = recorded == nullptr ? model::Text() : recorded->secure_params;
  std::vector<Digest> digests = {
      {"all", "all parameters", all},
      {"nonprivate", "non-private parameters", selected(all, secret, false)}};
  if (recorded != nullptr && recorded->has_force_restart) {
    digests.push_back({"nonreloadable", "non-reloadable parameters",
                       selected(all, recorded->force_restart, true)});
  }
  show(context, digests);
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
