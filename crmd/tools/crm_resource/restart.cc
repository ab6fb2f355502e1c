#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <thread>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/crm_resource/parameters.h"
#include "crmd/tools/crm_resource/places.h"
#include "crmd/tools/crm_resource/settle.h"
#include "crmd/tools/crm_resource/time_limit.h"
#include "lib/base/duration.h"
#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Errc;
using base::Result;
using cli::ExitCode;
using policy::RscId;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kDefaultOperationTimeout{20000};
/// What the cluster needs around the operations themselves.
constexpr milliseconds kMargin{5000};
constexpr milliseconds kBetweenLooks{200};

/// One restart, from what was found to what is put back.
class Restart {
 public:
  explicit Restart(Context& context) : context_(context) {}

  ExitCode run();

 private:
  std::set<std::string> running() const;
  milliseconds step_limit(std::string_view operation) const;
  Result<void> keep_stopped();
  Result<void> let_run();
  Result<void> wait_until(bool want_running, std::string_view operation);
  std::set<std::string> remaining(bool want_running, const std::set<std::string>& now) const;
  void announce(std::string_view what) const;
  void list(const std::set<std::string>& names) const;
  ExitCode end(const base::Error& error);
  ExitCode give_up(const base::Error& error);

  Context& context_;
  /// The resource whose target role is changed.
  std::string target_;
  /// Only on one node: by a ban, since a role would stop it everywhere.
  bool by_ban_ = false;
  std::optional<std::string> previous_role_;
  std::set<std::string> affected_;
};

constexpr std::string_view kRoleAttribute = "target-role";

AttributeSpec role_spec() {
  return {.tag = "meta_attributes", .name = std::string(kRoleAttribute)};
}

/// The instances of the resource that are active (on the node named, if one is).
std::set<std::string> Restart::running() const {
  std::set<std::string> names;
  const policy::Status& status = context_.status();
  for (const RscId top : context_.resources()) {
    policy::for_each_primitive(status, top, [&](RscId id) {
      const policy::Resource& resource = status.resource(id);
      const bool active = context_.node() ? policy::is_active_on(resource, *context_.node())
                                          : !resource.active_on.empty();
      if (active) names.emplace(resource.id);
    });
  }
  return names;
}

/// How long the operation may take on all that is affected, one after another.
milliseconds Restart::step_limit(std::string_view operation) const {
  milliseconds sum = kMargin;
  const policy::Status& status = context_.status();
  for (const RscId top : context_.resources()) {
    policy::for_each_primitive(status, top, [&](RscId id) {
      const model::OperationConfig* config =
          policy::find_operation(status.resource(id), operation, 0);
      const model::Text* text =
          config == nullptr ? nullptr : model::find_value(config->attributes, "timeout");
      const Result<base::Milliseconds> timeout =
          base::parse_duration(text == nullptr ? model::Text() : *text);
      sum += timeout ? *timeout : kDefaultOperationTimeout;
    });
  }
  return sum;
}

Result<void> Restart::keep_stopped() {
  if (by_ban_) return ban_from_node(context_, target_, context_.node_name());
  const Result<std::optional<AttributeMatch>> role = find_attribute(context_, target_, role_spec());
  if (!role) return role.error();
  if (*role) previous_role_ = (*role)->value;
  return set_attribute(context_, target_, role_spec(), "stopped");
}

Result<void> Restart::let_run() {
  if (by_ban_) {
    if (const Result<void> read = context_.reload(); !read) return read.error();
    const Result<std::vector<std::string>> cleared =
        clear_constraints(context_, {.resource = target_, .node = context_.node_name()});
    return cleared ? Result<void>() : Result<void>(cleared.error());
  }
  if (previous_role_) return set_attribute(context_, target_, role_spec(), *previous_role_);
  return delete_attribute(context_, target_, role_spec());
}

Result<void> Restart::wait_until(bool want_running, std::string_view operation) {
  const auto deadline = steady_clock::now() + time_limit(context_).value_or(step_limit(operation));
  for (;;) {
    Result<void> settled = context_.cib().is_live() ? wait_until_idle(deadline) : Result<void>();
    if (!settled && settled.error().code != Errc::kTimeout) return settled;
    if (Result<void> read = context_.reload(); !read) return read;
    const std::set<std::string> now = running();
    const std::set<std::string> left = remaining(want_running, now);
    if (left.empty() && settled) return {};
    if (!settled || steady_clock::now() >= deadline) {
      context_.out.error(base::cat("Could not complete ", want_running ? "restart" : "shutdown",
                                   " of ", target_, ", ", left.size(), " resources remaining"));
      list(left);
      return {Errc::kTimeout, ""};
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

/// What has still to stop, or to start, while `now` is running.
std::set<std::string> Restart::remaining(bool want_running,
                                         const std::set<std::string>& now) const {
  if (!want_running) return now;
  // Instances may have changed places, and numbers with them.
  if (now.size() >= affected_.size()) return {};
  std::set<std::string> left;
  std::set_difference(affected_.begin(), affected_.end(), now.begin(), now.end(),
                      std::inserter(left, left.end()));
  return left;
}

void Restart::announce(std::string_view what) const {
  context_.out.line(base::cat("Waiting for ", affected_.size(), " resources to ", what, ":"));
  list(affected_);
}

void Restart::list(const std::set<std::string>& names) const {
  for (const std::string& name : names) context_.out.line(" * " + name);
}

/// What there was no time for has been told already.
ExitCode Restart::end(const base::Error& error) {
  if (error.code != Errc::kTimeout) return fail(context_.out, error);
  context_.out.error(base::cat(
      kProgram.name, ": Error performing operation: ", cli::exit_text(ExitCode::kTimeout)));
  return ExitCode::kTimeout;
}

ExitCode Restart::give_up(const base::Error& error) {
  // Whatever was asked for must not stay stopped because of us.
  if (const Result<void> restored = let_run(); !restored) {
    context_.out.error(base::cat("crm_resource: Could not restore ", kRoleAttribute, " of ",
                                 target_, ": ", restored.error().message));
  }
  return end(error);
}

ExitCode Restart::run() {
  affected_ = running();
  if (affected_.empty()) {
    context_.out.error(
        context_.node()
            ? base::cat(context_.id(), " is not running on ", context_.node_name(),
                        " and so cannot be restarted")
            : base::cat(context_.id(), " is not running anywhere and so cannot be restarted"));
    context_.out.error(base::cat("crm_resource: Error performing operation: ",
                                 cli::exit_text(ExitCode::kNoSuchObject)));
    return ExitCode::kNoSuchObject;
  }
  const policy::Status& status = context_.status();
  const RscId resource = context_.resource_id();
  const std::optional<RscId> clone = policy::clone_of(status, resource);
  target_ = configured_id(status.resource(clone.value_or(resource)));
  by_ban_ = clone.has_value() && context_.node().has_value();

  if (const Result<void> stopped = keep_stopped(); !stopped) return give_up(stopped.error());
  announce("stop");
  if (const Result<void> done = wait_until(false, "stop"); !done) return give_up(done.error());
  if (const Result<void> allowed = let_run(); !allowed) return fail(context_.out, allowed.error());
  announce("start again");
  const Result<void> started = wait_until(true, "start");
  return started ? ExitCode::kOk : end(started.error());
}

}  // namespace

ExitCode restart(Context& context) {
  return Restart(context).run();
}

}  // namespace systole::crmd::crm_resource
