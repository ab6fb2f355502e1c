#include <memory>

#include "lib/cib_model/reader.h"

namespace systole::cib_model {

namespace {

using model::Text;

std::vector<model::ResourceSet> read_sets(Reader& reader, xml::Element parent) {
  std::vector<model::ResourceSet> out;
  for (xml::Element element : parent.children("resource_set")) {
    element = reader.references().resolve(element);
    if (!element) continue;
    model::ResourceSet set;
    set.id = reader.text(element, "id");
    set.role = reader.text(element, "role");
    set.action = reader.text(element, "action");
    set.score = reader.text(element, "score");
    set.sequential = reader.text(element, "sequential");
    set.require_all = reader.text(element, "require-all");
    set.kind = reader.text(element, "kind");
    set.symmetrical = reader.text(element, "symmetrical");
    set.ordering = reader.text(element, "ordering");
    for (const xml::Element member : element.children("resource_ref")) {
      set.resources.push_back(reader.text(member, "id"));
    }
    out.push_back(std::move(set));
  }
  return out;
}

/// The rules of a `lifetime` as one, any of which suffices.
model::RulePtr read_lifetime(Reader& reader, xml::Element constraint) {
  const xml::Element lifetime = constraint.first_child("lifetime");
  if (!lifetime) return nullptr;
  auto out = std::make_shared<model::Rule>();
  out->any = true;
  for (const xml::Element rule : lifetime.children("rule")) {
    out->conditions.emplace_back(reader.rule(rule));
  }
  return out;
}

/// A lifetime restricts a rule, or stands for one that matches the constraint's node.
model::RulePtr restrict_to(const model::RulePtr& lifetime, const model::RulePtr& rule,
                           const model::LocationConstraint& constraint) {
  auto out = std::make_shared<model::Rule>();
  if (rule) {
    out->score = rule->score;
    out->score_attribute = rule->score_attribute;
    out->role = rule->role;
    out->conditions.emplace_back(rule);
  } else {
    out->score = constraint.score;
    out->conditions.emplace_back(
        model::AttributeExpression{"#uname", "eq", constraint.node, {}, {}});
  }
  out->conditions.emplace_back(lifetime);
  return out;
}

void read_location(Reader& reader, xml::Element element, model::Snapshot& snapshot) {
  model::LocationConstraint location;
  location.id = reader.text(element, "id");
  location.resource = reader.text(element, "rsc");
  location.pattern = reader.text(element, "rsc-pattern");
  location.node = reader.text(element, "node");
  location.score = reader.text(element, "score");
  location.role = reader.text(element, "role");
  location.discovery = reader.text(element, "resource-discovery");
  location.sets = read_sets(reader, element);

  std::vector<model::RulePtr> rules;
  for (const xml::Element rule : element.children("rule")) rules.push_back(reader.rule(rule));
  if (const model::RulePtr lifetime = read_lifetime(reader, element)) {
    if (rules.empty()) rules.push_back(nullptr);
    for (model::RulePtr& rule : rules) rule = restrict_to(lifetime, rule, location);
  }
  if (rules.empty()) {
    snapshot.constraints.emplace_back(std::move(location));
    return;
  }
  for (const model::RulePtr& rule : rules) {
    model::LocationConstraint one = location;
    one.rule = rule;
    snapshot.constraints.emplace_back(std::move(one));
  }
}

void read_colocation(Reader& reader, xml::Element element, model::Snapshot& snapshot) {
  model::ColocationConstraint out;
  out.id = reader.text(element, "id");
  out.score = reader.text(element, "score");
  out.dependent = reader.text(element, "rsc");
  out.dependent_role = reader.text(element, "rsc-role");
  out.primary = reader.text(element, "with-rsc");
  out.primary_role = reader.text(element, "with-rsc-role");
  out.node_attribute = reader.text(element, "node-attribute");
  out.influence = reader.text(element, "influence");
  out.sets = read_sets(reader, element);
  snapshot.constraints.emplace_back(std::move(out));
}

void read_order(Reader& reader, xml::Element element, model::Snapshot& snapshot) {
  model::OrderConstraint out;
  out.id = reader.text(element, "id");
  out.first = reader.text(element, "first");
  out.first_action = reader.text(element, "first-action");
  out.then = reader.text(element, "then");
  out.then_action = reader.text(element, "then-action");
  out.kind = reader.text(element, "kind");
  out.score = reader.text(element, "score");
  out.symmetrical = reader.text(element, "symmetrical");
  out.require_all = reader.text(element, "require-all");
  out.sets = read_sets(reader, element);
  snapshot.constraints.emplace_back(std::move(out));
}

void read_ticket(Reader& reader, xml::Element element, model::Snapshot& snapshot) {
  model::TicketConstraint out;
  out.id = reader.text(element, "id");
  out.ticket = reader.text(element, "ticket");
  out.resource = reader.text(element, "rsc");
  out.role = reader.text(element, "rsc-role");
  out.loss_policy = reader.text(element, "loss-policy");
  out.sets = read_sets(reader, element);
  snapshot.constraints.emplace_back(std::move(out));
}

}  // namespace

void read_constraints(Reader& reader, xml::Element constraints, model::Snapshot& snapshot) {
  for (const xml::Element element : constraints.children()) {
    if (element.is("rsc_location")) read_location(reader, element, snapshot);
    if (element.is("rsc_colocation")) read_colocation(reader, element, snapshot);
    if (element.is("rsc_order")) read_order(reader, element, snapshot);
    if (element.is("rsc_ticket")) read_ticket(reader, element, snapshot);
  }
}

}  // namespace systole::cib_model
