#include "crmd/core/permission.h"

#include "lib/cib/access.h"
#include "lib/xml/xpath.h"

namespace systole::crmd {
namespace {

// A request that is tried and leaves no trace.
cib::Request trial(cib::Operation operation, const Actor& actor) {
  cib::Request request;
  request.operation = operation;
  request.options = cib::CallOption::kDryRun;
  request.origin.user = actor.user;
  request.origin.groups = actor.groups;
  return request;
}

bool is_permitted(ControllerState& state, const cib::Request& request) {
  const cib::Outcome outcome = state.replica.document.apply(request);
  return outcome.verdict.ok() || outcome.verdict.error().code != base::Errc::kPermission;
}

}  // namespace

bool may_delete(ControllerState& state, const Actor& actor, const std::string& path) {
  if (cib::is_exempt(actor.user)) return true;
  if (!xml::at_path(state.replica.document.root(), path)) return true;
  cib::Request request = trial(cib::Operation::kDelete, actor);
  request.target = path;
  request.options = request.options | cib::CallOption::kXpath;
  return is_permitted(state, request);
}

bool may_modify_status(ControllerState& state, const Actor& actor, const xml::Document& status) {
  if (cib::is_exempt(actor.user)) return true;
  cib::Request request = trial(cib::Operation::kModify, actor);
  request.target = "status";
  request.options = request.options | cib::CallOption::kCanCreate | cib::CallOption::kMixedUpdate;
  request.input = status.root();
  return is_permitted(state, request);
}

}  // namespace systole::crmd
