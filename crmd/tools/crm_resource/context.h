#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/command_line.h"
#include "lib/cli/output.h"
#include "lib/client/cib_client.h"
#include "lib/model/snapshot.h"
#include "lib/xml/document.h"
#include "policy/status/status.h"

namespace systole::crmd::crm_resource {

/// The cluster as a CIB describes it, read once.
struct ClusterView {
  xml::Document document;
  std::unique_ptr<model::Snapshot> snapshot;
  policy::Status status;
};

/// Reads a CIB. Errors are those of a CIB that cannot be understood.
base::Result<ClusterView> read_view(xml::Document document, bool is_live);

/// What a command works on: the command line, the CIB with its status, and the resource and node
/// that were named.
class Context {
 public:
  Context(const cli::CommandLine& command_line, cli::Output& output)
      : line(command_line), out(output) {}

  /// Opens the CIB that the environment (or a hidden option) names and reads it.
  base::Result<void> load();
  /// Reads the CIB again.
  base::Result<void> reload();
  /// Finds the resource and the node of the command line. kNotFound with the message to print.
  base::Result<void> resolve();

  client::CibClient& cib() { return *cib_; }
  const policy::Status& status() const { return view_->status; }
  const model::Snapshot& snapshot() const { return *view_->snapshot; }
  xml::Element document() const { return view_->document.root(); }

  /// The resource's id as given.
  const std::string& id() const { return id_; }
  /// What the id names: one resource, or all instances of an anonymous clone's child.
  const std::vector<policy::RscId>& resources() const { return resources_; }
  const policy::Resource& resource() const { return status().resource(resources_.front()); }
  policy::RscId resource_id() const { return resources_.front(); }
  std::optional<policy::NodeId> node() const { return node_; }
  std::string node_name() const;

  bool quiet() const;
  bool force() const;

  /// Changes the CIB; with --force without quorum too.
  base::Result<void> change(client::CibCall call);

  const cli::CommandLine& line;
  cli::Output& out;

 private:
  std::unique_ptr<client::CibClient> cib_;
  std::optional<ClusterView> view_;
  std::string id_;
  std::vector<policy::RscId> resources_;
  std::optional<policy::NodeId> node_;
};

/// What `id` names, see Context::resources(). Empty when nothing.
std::vector<policy::RscId> resources_named(const policy::Status& status, std::string_view id);

/// Where a resource is active: nodes with whether it is promoted there, the last found first. It is
/// active where it is being stopped.
struct Place {
  policy::NodeId node;
  bool promoted = false;
};
std::vector<Place> places_of(const policy::Status& status,
                             const std::vector<policy::RscId>& resources);

/// "error: ..." as this tool ends every failure: the message, then what kind of failure it was.
cli::ExitCode fail(cli::Output& output, const base::Error& error);
cli::ExitCode fail(cli::Output& output, cli::ExitCode code, std::string_view message);

}  // namespace systole::crmd::crm_resource
