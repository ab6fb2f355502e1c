#include "lib/cib_model/snapshot_reader.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/upgrade.h"
#include "lib/cib/version.h"
#include "lib/cib_model/histories.h"
#include "lib/cib_model/reader.h"
#include "lib/cib_model/references.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

/// The newest feature set whose configurations and status this program understands.
constexpr std::string_view kNewestFeatureSet = "3.20.5";

void read_nodes(Reader& reader, xml::Element nodes, model::Snapshot& snapshot) {
  for (const xml::Element element : nodes.children("node")) {
    model::NodeConfig node;
    node.id = reader.text(element, "id");
    node.name = reader.text(element, "uname");
    node.type = reader.text(element, "type");
    node.score = reader.text(element, "score");
    node.attributes = reader.attribute_sets(element, "instance_attributes");
    node.utilization = reader.attribute_sets(element, "utilization");
    if (node.type == "ping") {  // nodes that could never run anything, in old configurations
      node.type = "member";
      model::LocationConstraint ban;
      ban.id = reader.keep(base::cat("ping-node-", node.name));
      ban.pattern = ".*";
      ban.node = node.name;
      ban.score = "-INFINITY";
      ban.discovery = "never";
      snapshot.constraints.emplace_back(ban);
    }
    snapshot.nodes.push_back(std::move(node));
  }
}

void read_tags(Reader& reader, xml::Element tags, model::Snapshot& snapshot) {
  for (const xml::Element element : tags.children("tag")) {
    model::Tag tag{reader.text(element, "id"), {}};
    for (const xml::Element reference : element.children("obj_ref")) {
      tag.references.push_back(reader.text(reference, "id"));
    }
    snapshot.tags.push_back(std::move(tag));
  }
}

void read_root(Reader& reader, xml::Element cib, const ReadOptions& options,
               model::Snapshot& snapshot) {
  snapshot.now = options.now;
  snapshot.utc_offset = options.utc_offset;
  snapshot.from_file = options.from_file;
  if (const auto recorded = cib.attribute("execution-date")) {
    const auto seconds = model::leading_integer(*recorded);
    snapshot.execution_date = seconds;
    if (seconds && !options.explicit_now) snapshot.now = *seconds;
  }
  snapshot.quorate = model::is_true(cib.attribute_or("have-quorum", "false"));
  snapshot.no_quorum_panic =
      model::leading_integer(cib.attribute_or("no-quorum-panic", "0")).value_or(0) != 0;
  snapshot.dc_uuid = reader.text(cib, "dc-uuid");
  snapshot.feature_set = reader.text(cib, "crm_feature_set");
}

void read_configuration(Reader& reader, xml::Element configuration, model::Snapshot& snapshot) {
  const auto section = [&](std::string_view name) { return configuration.first_child(name); };
  snapshot.cluster_properties =
      reader.attribute_sets(section("crm_config"), "cluster_property_set");
  snapshot.resource_defaults = reader.attribute_sets(section("rsc_defaults"), "meta_attributes");
  snapshot.operation_defaults = reader.attribute_sets(section("op_defaults"), "meta_attributes");
  if (const xml::Element resources = section("resources")) {
    read_resources(reader, resources, snapshot);
  }
  if (const xml::Element constraints = section("constraints")) {
    read_constraints(reader, constraints, snapshot);
  }
  if (const xml::Element nodes = section("nodes")) read_nodes(reader, nodes, snapshot);
  if (const xml::Element tags = section("tags")) read_tags(reader, tags, snapshot);
}

/// What configurations were before languages that are read as they are.
base::Result<model::Snapshot> read_rewritten(xml::Element cib, const ReadOptions& options) {
  const xml::Document copy = xml::Document::copy_of(cib);
  const base::Result<void> rewritten = cib::rewrite(copy.root(), cib::kNewestSchema);
  if (!rewritten) return rewritten.error();
  return read_snapshot(copy.root(), options);
}

}  // namespace

base::Result<model::Snapshot> read_snapshot(xml::Element cib, const ReadOptions& options) {
  if (!cib || !cib.is("cib")) {
    return {base::Errc::kInvalidArgument, "the document is no CIB: its root is not 'cib'"};
  }
  if (cib::needs_rewriting(cib)) return read_rewritten(cib, options);
  const xml::Element configuration = cib.first_child("configuration");
  if (!configuration) {
    return {base::Errc::kInvalidArgument, "the CIB has no configuration section"};
  }
  const std::string_view feature_set = cib.attribute_or("crm_feature_set", {});
  if (model::compare_versions(feature_set, kNewestFeatureSet) > 0) {
    return {base::Errc::kVersion,
            base::cat("the CIB's feature set ", feature_set, " is newer than ", kNewestFeatureSet,
                      ", the newest that this program understands")};
  }
  model::Snapshot snapshot;
  if (options.histories != nullptr) snapshot.pool = options.histories->pool();
  References references(configuration);
  Reader reader(*snapshot.pool, references);
  read_root(reader, cib, options, snapshot);
  read_configuration(reader, configuration, snapshot);
  if (const xml::Element status = cib.first_child("status")) {
    read_status(reader, status, options.histories, snapshot);
  }
  return snapshot;
}

}  // namespace systole::cib_model
