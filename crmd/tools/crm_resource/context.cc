#include "crmd/tools/crm_resource/context.h"

#include <algorithm>
#include <ctime>

#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/failure_text.h"
#include "crmd/tools/schema_notice.h"
#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {

using base::Errc;
using base::Result;

Result<ClusterView> read_view(xml::Document document, bool is_live) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  Result<model::Snapshot> snapshot = cib_model::read_snapshot(
      document.root(), {.now = now,
                        .utc_offset = static_cast<std::int32_t>(local.tm_gmtoff),
                        .from_file = !is_live});
  if (!snapshot) return snapshot.error();
  auto kept = std::make_unique<model::Snapshot>(std::move(*snapshot));
  policy::Status status = policy::read_status(*kept);
  return ClusterView{
      .document = std::move(document), .snapshot = std::move(kept), .status = std::move(status)};
}

Result<void> Context::load() {
  client::CibSource source = client::cib_source_from_environment(kProgram.name);
  if (const std::optional<std::string> file = line.value(kXmlFile); file) source.file = *file;
  Result<std::unique_ptr<client::CibClient>> opened = client::open_cib(source);
  if (!opened) return cib_connection_error(source, opened.error());
  cib_ = std::move(*opened);
  const Result<void> loaded = reload();
  if (loaded) print_schema_notice(view_->document);
  return loaded;
}

Result<void> Context::reload() {
  Result<xml::Document> document = cib_->query();
  if (!document) return document.error();
  Result<ClusterView> view = read_view(std::move(*document), cib_->is_live());
  if (!view) return view.error();
  view_ = std::move(*view);
  if (!id_.empty()) resources_ = resources_named(status(), id_);
  if (node_) {
    const auto found = status().node_by_name.find(line.value(kNode).value_or(""));
    node_ = found == status().node_by_name.end() ? std::nullopt
                                                 : std::optional<policy::NodeId>(found->second);
  }
  return {};
}

Result<void> Context::resolve() {
  if (const std::optional<std::string> name = line.value(kNode); name) {
    const auto found = status().node_by_name.find(*name);
    if (found == status().node_by_name.end()) {
      return {Errc::kNotFound, base::cat("Node '", *name, "' not found")};
    }
    node_ = found->second;
  }
  if (const std::optional<std::string> id = line.value(kResource); id) {
    id_ = *id;
    resources_ = resources_named(status(), id_);
    if (resources_.empty()) {
      return {Errc::kNotFound, base::cat("Resource '", id_, "' not found")};
    }
  }
  return {};
}

std::string Context::node_name() const {
  return line.value(kNode).value_or("");
}

bool Context::quiet() const {
  return line.has(kQuiet);
}

bool Context::force() const {
  return line.has(kForce);
}

Result<void> Context::change(client::CibCall call) {
  if (force()) call.options = call.options | cib::CallOption::kQuorumOverride;
  return cib_->change(call);
}

std::vector<policy::RscId> resources_named(const policy::Status& status, std::string_view id) {
  std::vector<policy::RscId> found;
  for (std::uint32_t i = 0; i < status.resources.size(); ++i) {
    if (status.resources[i].id == id) return {policy::RscId(i)};
    // The configured id of a clone's child stands for all of its instances.
    if (status.resources[i].base_id == id) found.emplace_back(i);
  }
  if (found.empty()) {
    if (const std::optional<policy::RscId> by_history = policy::find_resource(status, id);
        by_history) {
      found.push_back(*by_history);
    }
  }
  return found;
}

std::vector<Place> places_of(const policy::Status& status,
                             const std::vector<policy::RscId>& resources) {
  std::vector<Place> places;
  const auto add_place = [&](const policy::Resource& resource, policy::NodeId node) {
    const bool known = std::any_of(places.begin(), places.end(),
                                   [&](const Place& place) { return place.node == node; });
    if (known) return;
    places.push_back({.node = node, .promoted = resource.role == policy::Role::kPromoted});
  };
  const auto add = [&](policy::RscId id) {
    const policy::Resource& resource = status.resource(id);
    for (const policy::NodeId node : resource.active_on) add_place(resource, node);
    // Until the stop has ended nobody may rely on it.
    if (resource.pending_node && resource.pending_task == "stop") {
      add_place(resource, *resource.pending_node);
    }
  };
  for (const policy::RscId id : resources) policy::for_each_primitive(status, id, add);
  std::reverse(places.begin(), places.end());
  return places;
}

cli::ExitCode fail(cli::Output& output, cli::ExitCode code, std::string_view message) {
  if (!message.empty()) output.error(base::cat(kProgram.name, ": ", message));
  // Wrong usage explains itself; every other failure is classified for those who read the output.
  if (code != cli::ExitCode::kUsage) {
    output.error(base::cat("Error performing operation: ", cli::exit_text(code)));
  }
  return code;
}

cli::ExitCode fail(cli::Output& output, const base::Error& error) {
  return fail(output, failure_exit_code(error),
              error.message.empty() ? base::describe(error.code) : error.message);
}

}  // namespace systole::crmd::crm_resource
