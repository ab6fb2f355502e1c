#include <algorithm>
#include <string>
#include <utility>

#include "lib/base/pattern.h"
#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/placement/references.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

/// A constraint's pattern of resource ids; a leading "!" means all that do not match.
class ResourcePattern {
 public:
  explicit ResourcePattern(Text text) {
    inverted_ = text.starts_with("!");
    if (inverted_) text.remove_prefix(1);
    pattern_ = base::Pattern::compile(text);
  }

  /// What the groups found, none where the pattern is inverted; nothing where it does not select
  /// `id`.
  std::optional<std::vector<Text>> select(Text id) const {
    if (!pattern_) return std::nullopt;
    auto found = pattern_->find(id);
    if (!inverted_) return found;
    return found ? std::nullopt : std::optional(std::vector<Text>());
  }

 private:
  std::optional<base::Pattern> pattern_;
  bool inverted_ = false;
};

std::optional<Discovery> parse_discovery(Text text) {
  if (text.empty() || base::equal_ignoring_case(text, "always")) return Discovery::kAlways;
  if (base::equal_ignoring_case(text, "never")) return Discovery::kNever;
  if (base::equal_ignoring_case(text, "exclusive")) return Discovery::kExclusive;
  return std::nullopt;
}

/// Nothing for text that names no role.
std::optional<Role> parse_filter(Text text) {
  if (text.empty()) return Role::kUnknown;
  const Role role = parse_role(text);
  if (role == Role::kUnknown) return std::nullopt;
  const bool any = role == Role::kStarted || role == Role::kUnpromoted;
  return any ? Role::kUnknown : role;
}

}  // namespace

void Placer::read_locations() {
  for (const model::Constraint& constraint : status_.snapshot->constraints) {
    if (const auto* location = std::get_if<model::LocationConstraint>(&constraint)) {
      resolve_location(*location);
    }
  }
}

std::vector<Location> Placer::locations() && {
  read_locations();
  return std::move(locations_);
}

std::vector<Location> location_constraints(const Status& status) {
  return Placer(status).locations();
}

void Placer::resolve_location(const model::LocationConstraint& config) {
  const std::vector<Text> none;
  if (!config.pattern.empty()) {
    const ResourcePattern pattern(config.pattern);
    for (const RscId rsc : status_.top_level) {
      const auto submatches = pattern.select(status_.resource(rsc).id);
      if (submatches) add_location(config, rsc, config.score, config.role, *submatches);
    }
  } else if (!config.resource.empty()) {
    const auto reference = resolve_reference(status_, config.resource);
    if (!reference) return;
    for (const RscId rsc : reference->resources) {
      add_location(config, rsc, config.score, config.role, none);
    }
  }
  for (const model::ResourceSet& set : config.sets) {
    const ResolvedSet resolved = resolve_set(status_, set);
    for (const RscId rsc : resolved.resources) {
      add_location(config, rsc, set.score.empty() ? config.score : set.score,
                   set.role.empty() ? config.role : set.role, none);
    }
    if (!resolved.complete) return;
  }
}

void Placer::add_location(const model::LocationConstraint& config, RscId rsc, Text score, Text role,
                          const std::vector<Text>& submatches) {
  Location location;
  location.why = {ScoreCause::kLocation, config.id};
  location.resource = rsc;
  if (config.rule && !config.rule->role.empty()) role = config.rule->role;
  const auto discovery = parse_discovery(config.discovery);
  const auto filter = parse_filter(role);
  if (!discovery || !filter) return;
  location.discovery = *discovery;
  location.role = *filter;
  if (config.rule) {
    evaluate_location_rule(config, score, submatches, location);
  } else {
    const auto node = status_.node_by_name.find(config.node);
    if (node == status_.node_by_name.end() || config.node.empty()) return;
    const auto value = model::read_score(score, status_.options.health);
    location.scores.emplace_back(node->second, value.value_or(base::Score()));
  }
  locations_of_[rsc.value()].push_back(locations_.size());
  locations_.push_back(std::move(location));
}

void Placer::evaluate_location_rule(const model::LocationConstraint& config, Text score,
                                    const std::vector<Text>& submatches, Location& location) {
  const model::Rule& rule = *config.rule;
  location.why.rule = rule.id;
  location.any = rule.any;
  RuleContext context = time_context(status_);
  const AttributeTable parameters = parameters_on(status_, location.resource, std::nullopt);
  context.parameters = &parameters;
  context.meta = &status_.resource(location.resource).meta;
  context.submatches = &submatches;
  const Text fixed = rule.score.empty() ? score : rule.score;
  for (std::size_t i = 0; i < status_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    context.node = &status_.nodes[i].attributes;
    if (!passes(rule, context)) continue;
    std::optional<Text> text = fixed;
    if (!rule.score_attribute.empty()) {
      const std::string name = substitute(rule.score_attribute, &submatches);
      text = chosen_attribute(location.resource, node, name, false);
    }
    const auto value = text ? model::read_score(*text, status_.options.health) : std::nullopt;
    if (value) location.scores.emplace_back(node, *value);
  }
}

void Placer::apply_locations() {
  for (auto location = locations_.rbegin(); location != locations_.rend(); ++location) {
    apply_location(location->resource, *location);
  }
}

void Placer::apply_location(RscId id, const Location& location) {
  const Resource& rsc = status_.resource(id);
  if (location.role == Role::kUnknown || location.role == out_.resource(id).next_role) {
    for (const auto& [node, score] : location.scores) {
      adjust(id, node, score, location.why);
      TableCell& at = cell(id, node);
      at.discovery = std::max(at.discovery, location.discovery);
    }
    if (location.discovery == Discovery::kExclusive) {
      out_.resource(id).exclusive_discovery = true;
    }
  }
  if (rsc.is_bundle()) {
    for (const Replica& replica : rsc.bundle.replicas) {
      apply_location(replica.container, location);
      if (replica.address) apply_location(*replica.address, location);
    }
    if (rsc.bundle.inner && location.role == Role::kPromoted) {
      const auto place = static_cast<std::size_t>(&location - locations_.data());
      locations_of_[rsc.bundle.inner->value()].push_back(place);
    }
    return;
  }
  // Members after the first follow it; the constraint only makes the nodes known to them.
  Location follower = location;
  if (rsc.is_group() && rsc.collocated) {
    for (auto& [node, score] : follower.scores) score = base::Score();
  }
  for (std::size_t i = 0; i < rsc.children.size(); ++i) {
    apply_location(rsc.children[i], i == 0 ? location : follower);
  }
}

void Placer::add_health_locations() {
  const ClusterOptions& options = status_.options;
  if (options.health_strategy == HealthStrategy::kNone) return;
  for (const NodeId node : status_.node_order) {
    base::Score health = options.health_base;
    for (const model::NameValue& attribute : status_.node(node).attributes) {
      if (!attribute.name.starts_with("#health")) continue;
      health += model::read_score(attribute.value, options.health).value_or(base::Score());
    }
    if (health.value() == 0) continue;
    for (const RscId rsc : status_.top_level) {
      if (health.value() < 0 && status_.resource(rsc).allow_unhealthy) continue;
      Location location;
      location.resource = rsc;
      location.scores.emplace_back(node, health);
      location.why = {ScoreCause::kHealth};
      locations_.push_back(std::move(location));
    }
  }
}

}  // namespace systole::policy
