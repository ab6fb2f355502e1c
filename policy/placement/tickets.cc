#include "policy/placement/tickets.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/placement/references.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

enum class LossPolicy { kStop, kDemote, kFence, kFreeze };

LossPolicy loss_policy(const Status& status, Text text, Role role) {
  if (base::equal_ignoring_case(text, "stop")) return LossPolicy::kStop;
  if (base::equal_ignoring_case(text, "demote")) return LossPolicy::kDemote;
  if (base::equal_ignoring_case(text, "freeze")) return LossPolicy::kFreeze;
  if (base::equal_ignoring_case(text, "fence")) {
    return status.options.fencing_enabled ? LossPolicy::kFence : LossPolicy::kStop;
  }
  return role == Role::kPromoted ? LossPolicy::kDemote : LossPolicy::kStop;
}

model::TicketState ticket_state(const Status& status, Text id) {
  const auto found = status.tickets.find(id);
  return found == status.tickets.end() ? model::TicketState{} : found->second;
}

/// Calls `apply(ticket, resource, role)` for what each constraint binds to its ticket.
template <typename Apply>
void for_each_bound(const Status& status, const Apply& apply) {
  for (const model::Constraint& constraint : status.snapshot->constraints) {
    const auto* ticket = std::get_if<model::TicketConstraint>(&constraint);
    if (ticket == nullptr) continue;
    if (!ticket->resource.empty()) {
      const auto reference = resolve_reference(status, ticket->resource);
      if (!reference) continue;
      for (const RscId rsc : reference->resources) apply(*ticket, rsc, ticket->role);
    }
    for (const model::ResourceSet& set : ticket->sets) {
      for (const RscId rsc : resolve_set(status, set).resources) {
        apply(*ticket, rsc, set.role.empty() ? ticket->role : set.role);
      }
    }
  }
}

}  // namespace

void apply_ticket_losses(Status& status) {
  for_each_bound(status, [&status](const model::TicketConstraint& config, RscId id, Text text) {
    if (ticket_state(status, config.ticket).granted) return;
    Role role = parse_role(text);
    if (role == Role::kUnknown && !text.empty()) return;
    if (role == Role::kStarted) role = Role::kUnknown;
    const LossPolicy policy = loss_policy(status, config.loss_policy, role);
    for_each_primitive(status, id, [&](RscId primitive) {
      Resource& rsc = status.resource(primitive);
      if (role != Role::kUnknown && role != rsc.role) return;
      if (policy == LossPolicy::kFence) {
        for (const NodeId node : rsc.active_on) status.node(node).unclean = true;
      } else if (policy == LossPolicy::kFreeze && !rsc.active_on.empty()) {
        rsc.managed = false;
        rsc.blocked = true;
      }
    });
  });
}

void Placer::apply_tickets() {
  for_each_bound(status_, [this](const model::TicketConstraint& ticket, RscId rsc, Text role) {
    apply_ticket(ticket, rsc, role);
  });
}

void Placer::apply_ticket(const model::TicketConstraint& config, RscId id, Text role_text) {
  Role role = parse_role(role_text);
  if (role == Role::kUnknown && !role_text.empty()) return;
  if (role == Role::kStarted) role = Role::kUnknown;
  const model::TicketState ticket = ticket_state(status_, config.ticket);
  if (ticket.granted && !ticket.standby) return;
  const LossPolicy policy = loss_policy(status_, config.loss_policy, role);
  if (role == Role::kPromoted) {
    if (const auto clone = clone_of(status_, id)) ticket_denied_[clone->value()] = 1;
  }
  for_each_primitive(status_, id, [&](RscId p) {
    const Resource& rsc = status_.resource(p);
    PlacedResource& placed = out_.resource(p);
    const bool active = !rsc.active_on.empty();
    const bool matches = role == Role::kUnknown || role == rsc.role;
    const bool lost = !ticket.granted && active;
    const bool bans = lost && (policy == LossPolicy::kFence || policy == LossPolicy::kFreeze)
                          ? policy == LossPolicy::kFence && matches
                          : role != Role::kPromoted || policy == LossPolicy::kStop;
    if (bans) ban_everywhere(p, {ScoreCause::kTicket, config.ticket});
    if (!lost || !matches) return;
    if (policy == LossPolicy::kFreeze) {
      placed.managed = false;
      placed.blocked = true;
    } else if (policy == LossPolicy::kFence) {
      auto& fenced = out_.ticket_fenced;
      for (const NodeId node : rsc.active_on) {
        if (std::find(fenced.begin(), fenced.end(), node) == fenced.end()) fenced.push_back(node);
        if (!out_.node(node).unclean) {
          out_.remarks.add(remark::FencingAsked{node, "deadman ticket was lost"});
        }
        out_.node(node).unclean = true;
      }
    }
  });
}

}  // namespace systole::policy
