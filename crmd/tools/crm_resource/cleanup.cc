#include "crmd/tools/crm_resource/cleanup.h"

#include <algorithm>
#include <memory>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/failure_text.h"
#include "lib/base/strings.h"
#include "lib/client/attribute_client.h"
#include "lib/client/controller_client.h"
#include "policy/placement/glib_order.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Result;
using cli::ExitCode;
using policy::NodeId;
using policy::RscId;

constexpr std::chrono::seconds kReplyTimeout{60};

/// A primitive's history on one node.
struct Target {
  RscId resource;
  NodeId node;
};

/// The connections that a clean-up talks through.
struct Services {
  std::unique_ptr<client::AttributeClient> attributes;
  std::unique_ptr<client::ControllerClient> controller;
};

Result<Services> connect() {
  Services services;
  Result<std::unique_ptr<client::AttributeClient>> attributes =
      client::AttributeClient::connect(kProgram.name);
  if (!attributes) {
    return {attributes.error().code,
            base::cat("Error connecting to attrd: ", failure_text(attributes.error()))};
  }
  services.attributes = std::move(*attributes);
  Result<std::unique_ptr<client::ControllerClient>> controller =
      client::ControllerClient::connect(kProgram.name);
  if (!controller) {
    return {controller.error().code,
            base::cat("Error connecting to the controller: ", failure_text(controller.error()))};
  }
  services.controller = std::move(*controller);
  return services;
}

/// The node whose controller speaks for `node`: for remote nodes the host of their connection.
std::string router_of(const policy::Status& status, NodeId node) {
  const std::optional<RscId> connection = status.node(node).connection;
  if (!connection) return "";
  const std::optional<NodeId> host = policy::current_node(status, *connection).node;
  return host ? std::string(status.node(*host).name) : "";
}

/// The name of the resource in histories: without the number of an anonymous instance.
std::string history_id(const policy::Resource& resource) {
  return std::string(resource.unique ? resource.id : resource.base_id);
}

client::ResourceRequest request_for(const policy::Status& status, const Target& target) {
  const policy::Resource& resource = status.resource(target.resource);
  const policy::Node& node = status.node(target.node);
  client::ResourceRequest request{.node = std::string(node.name),
                                  .router = router_of(status, target.node),
                                  .cib_only = !node.online,
                                  .resource = history_id(resource),
                                  .resource_class = std::string(resource.agent.standard),
                                  .provider = std::string(resource.agent.provider),
                                  .type = std::string(resource.agent.type)};
  if (request.resource != resource.id) request.long_id = resource.id;
  return request;
}

bool contains(const policy::Status& status, const std::vector<Target>& targets, Target wanted) {
  const std::string id = history_id(status.resource(wanted.resource));
  return std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
    return target.node == wanted.node && history_id(status.resource(target.resource)) == id;
  });
}

/// Where something is known of a resource, in the order in which clean-ups have always gone.
std::vector<NodeId> known_places(const policy::Status& status, RscId resource) {
  std::vector<NodeId> places(status.resource(resource).known_on.begin(),
                             status.resource(resource).known_on.end());
  std::vector<model::Text> ids;
  ids.reserve(places.size());
  for (const NodeId node : places) ids.push_back(status.node(node).id);
  const std::vector<model::Text> order = policy::glib_order(ids);
  const auto rank = [&](NodeId node) {
    return std::find(order.begin(), order.end(), status.node(node).id);
  };
  std::sort(places.begin(), places.end(), [&](NodeId a, NodeId b) { return rank(a) > rank(b); });
  return places;
}

void add_target(const policy::Status& status, Target target, std::vector<Target>& targets) {
  if (!contains(status, targets, target)) targets.push_back(target);
}

/// The histories of the resource that the context names: of the whole collective resource around
/// it unless forced, on the node named or wherever anything is known of it.
std::vector<Target> named_targets(const Context& context) {
  const policy::Status& status = context.status();
  std::vector<Target> targets;
  const auto add = [&](RscId id) {
    if (context.node()) {
      targets.push_back({id, *context.node()});
      return;
    }
    for (const NodeId node : known_places(status, id)) add_target(status, {id, node}, targets);
  };
  for (const RscId id : context.resources()) {
    policy::for_each_primitive(status, context.force() ? id : policy::top_of(status, id), add);
  }
  return targets;
}

std::vector<Target> failed_targets(const Context& context, const CleanupOptions& options) {
  const policy::Status& status = context.status();
  std::vector<Target> targets;
  for (const policy::FailedOperation& failure : status.failures) {
    if (context.node() && failure.node != *context.node()) continue;
    const bool other = failure.operation != nullptr && !options.operation.empty() &&
                       failure.operation->operation != options.operation;
    if (!other) add_target(status, {failure.resource, failure.node}, targets);
  }
  return targets;
}

ExitCode wait_for_replies(Context& context, client::ControllerClient& controller,
                          std::size_t count) {
  if (count == 0) return ExitCode::kOk;
  context.out.line(
      base::cat("Waiting for ", count, count == 1 ? " reply" : " replies", " from the controller"));
  for (std::size_t left = count; left > 0; --left) {
    const Result<client::ResourceReply> reply = controller.next_reply(kReplyTimeout);
    if (!reply) {
      return fail(context.out, cli::exit_code_for(reply.error().code),
                  base::cat("Aborting because no messages received in ", kReplyTimeout.count(),
                            " seconds: ", failure_text(reply.error())));
    }
    if (reply->rc_code != 0 || reply->op_status != 0) {
      return fail(context.out, ExitCode::kError,
                  base::cat("The controller on ", reply->node, " refused for ", reply->resource,
                            ": ", reply->exit_reason));
    }
    context.out.line(left == 1 ? "... got reply (done)" : "... got reply");
  }
  return ExitCode::kOk;
}

/// Forgets the failures, and with `history` everything else that is known, so that it is probed.
Result<void> clean_one(Context& context, const Target& target, bool history,
                       const CleanupOptions& options, Services& services) {
  const policy::Status& status = context.status();
  const client::ResourceRequest request = request_for(status, target);
  Result<void> cleared = services.attributes->clear_failures(
      {.node = request.node,
       .resource = std::string(status.resource(target.resource).base_id),
       .operation = options.operation,
       .interval = options.interval,
       .is_remote = status.node(target.node).is_remote_kind()});
  if (!cleared || !history) return cleared;
  return services.controller->delete_history(request);
}

ExitCode clean_targets(Context& context, const std::vector<Target>& targets,
                       const CleanupOptions& options) {
  const policy::Status& status = context.status();
  if (!context.cib().is_live()) {
    for (const Target& target : targets) {
      context.out.error(base::cat("Dry run: skipping clean-up of ",
                                  status.resource(target.resource).id, " on ",
                                  status.node(target.node).name, " due to CIB_file"));
    }
    return ExitCode::kOk;
  }
  Result<Services> services = connect();
  if (!services) return fail(context.out, services.error());
  // A clean-up leaves alone what did not fail; a refresh asks after everything anew.
  const std::vector<Target> failed = failed_targets(context, options);
  std::size_t sent = 0;
  for (const Target& target : targets) {
    const std::string_view resource = status.resource(target.resource).id;
    const std::string_view node = status.node(target.node).name;
    const bool history = !options.failures_only || contains(status, failed, target);
    const Result<void> done = clean_one(context, target, history, options, *services);
    if (!done) {
      return fail(context.out, cli::exit_code_for(done.error().code),
                  base::cat("Could not clean up ", resource, " on ", node, ": ",
                            failure_text(done.error())));
    }
    sent += history ? 1 : 0;
    if (!context.id().empty()) context.out.line(base::cat("Cleaned up ", resource, " on ", node));
  }
  if (context.id().empty()) {
    const std::string where = context.node_name();
    context.out.line(
        base::cat("Cleaned up all resources on ", where.empty() ? "all nodes" : where));
  }
  return wait_for_replies(context, *services->controller, sent);
}

/// Everything on one node or on all: the failures are forgotten at once and all is probed again.
ExitCode refresh_all(Context& context) {
  const std::string node = context.node_name();
  if (!context.cib().is_live()) {
    context.out.line(base::cat("Dry run: skipping clean-up of ", node.empty() ? "all nodes" : node,
                               " due to CIB_file"));
    return ExitCode::kOk;
  }
  Result<Services> services = connect();
  if (!services) return fail(context.out, services.error());
  const bool is_remote = context.node() && context.status().node(*context.node()).is_remote_kind();
  const Result<void> cleared =
      services->attributes->clear_failures({.node = node, .is_remote = is_remote});
  if (!cleared) return fail(context.out, cleared.error());
  const std::string router = context.node() ? router_of(context.status(), *context.node()) : "";
  const Result<void> asked = services->controller->reprobe(node, router);
  if (!asked) return fail(context.out, asked.error());
  return wait_for_replies(context, *services->controller, 1);
}

}  // namespace

ExitCode clean_up_history(Context& context, const CleanupOptions& options) {
  if (!context.id().empty()) return clean_targets(context, named_targets(context), options);
  if (options.failures_only) {
    return clean_targets(context, failed_targets(context, options), options);
  }
  return refresh_all(context);
}

ExitCode clean_up(Context& context) {
  return clean_up_history(context, {.operation = context.line.value(kOperation).value_or(""),
                                    .interval = context.line.value(kInterval).value_or(""),
                                    .failures_only = true});
}

ExitCode refresh(Context& context) {
  return clean_up_history(context, {});
}

ExitCode fail_resource(Context& context) {
  const policy::Resource& resource = context.resource();
  if (!resource.is_primitive()) {
    return fail(context.out, ExitCode::kInvalidParameter,
                base::cat("We can only process primitive resources, not ", context.id()));
  }
  Result<std::unique_ptr<client::ControllerClient>> controller =
      client::ControllerClient::connect(kProgram.name);
  if (!controller) {
    return fail(
        context.out, cli::exit_code_for(controller.error().code),
        base::cat("Error connecting to the controller: ", failure_text(controller.error())));
  }
  const client::ResourceRequest request =
      request_for(context.status(), {context.resource_id(), *context.node()});
  if (request.cib_only) {
    return fail(context.out, ExitCode::kError,
                base::cat("Node ", context.node_name(), " is not online"));
  }
  const Result<void> sent = (*controller)->fail_resource(request);
  if (!sent) return fail(context.out, sent.error());
  return wait_for_replies(context, **controller, 1);
}

}  // namespace systole::crmd::crm_resource
