#include "crmd/core/attribute_table.h"

#include "lib/base/score.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kFailCount = "fail-count-";
constexpr std::string_view kLastFailure = "last-failure-";

base::Score score_or_zero(std::string_view text) {
  return base::parse_score(text).value_or(base::Score());
}

/// "RSC#OP_MS" after one of the prefixes; empty for another attribute.
std::string_view failure_subject(std::string_view name) {
  for (const std::string_view prefix : {kFailCount, kLastFailure}) {
    if (name.substr(0, prefix.size()) == prefix) return name.substr(prefix.size());
  }
  return {};
}

bool means_failure(const AttributeRequest& request, std::string_view name) {
  const std::string_view subject = failure_subject(name);
  if (subject.empty()) return false;
  if (request.resource.empty()) return true;
  const std::size_t hash = subject.rfind('#');
  if (subject.substr(0, hash) != request.resource) return false;
  // A record without operation is one of all operations.
  if (request.operation.empty() || hash == std::string_view::npos) return true;
  const auto interval = request.interval.value_or(Milliseconds::zero()).count();
  return subject.substr(hash + 1) == base::cat(request.operation, "_", interval);
}

}  // namespace

std::string counted_value(const std::optional<std::string>& old, std::string_view text) {
  constexpr std::string_view kWord = "value";
  if (text.substr(0, kWord.size()) != kWord) return std::string(text);
  const std::string_view rest = text.substr(kWord.size());
  base::Score step(1);
  if (rest.substr(0, 2) == "+=") {
    step = score_or_zero(rest.substr(2));
  } else if (rest != "++") {
    return std::string(text);
  }
  return to_string((old ? score_or_zero(*old) : base::Score()) + step);
}

bool AttributeTable::update(const std::string& name, const std::string& node,
                            const AttributeRequest& request) {
  auto known = attributes_.find(name);
  if (known == attributes_.end()) {
    known = attributes_.try_emplace(name).first;
    known->second.set = request.set;
    known->second.is_private = request.is_private;
    known->second.dampening = request.dampening.value_or(Milliseconds::zero());
  }
  Attribute& attribute = known->second;
  attribute.user = request.user;
  const auto [value, added] = attribute.nodes.try_emplace(node);
  std::optional<std::string> wanted;
  if (request.value) wanted = counted_value(value->second.value, *request.value);
  const bool differs = wanted != value->second.value;
  const bool deletes = !wanted && (differs || added);
  if (differs) {
    value->second.value = std::move(wanted);
    value->second.written = attribute.is_private;
  }
  if (deletes) count_deletion(name, node);
  return differs;
}

void AttributeTable::count_deletion(const std::string& name, const std::string& node) {
  if (++deletions_ <= kDeletionsRemembered) return;
  deletions_ = 0;
  for (auto& [each, attribute] : attributes_) {
    std::erase_if(attribute.nodes, [&](const auto& entry) {
      const auto& [of, value] = entry;
      return !value.value && value.written && !(each == name && of == node);
    });
  }
  std::erase_if(attributes_, [](const auto& entry) { return entry.second.nodes.empty(); });
}

std::vector<std::string> AttributeTable::failures(const AttributeRequest& request) const {
  std::vector<std::string> names;
  for (const auto& [name, attribute] : attributes_) {
    if (means_failure(request, name)) names.push_back(name);
  }
  return names;
}

AttributeAnswer AttributeTable::query(const AttributeQuery& query) const {
  AttributeAnswer answer;
  const auto known = attributes_.find(query.name);
  if (known == attributes_.end()) return answer;
  answer.known = true;
  for (const auto& [node, value] : known->second.nodes) {
    if (query.node.empty() || query.node == node) answer.values.push_back({node, value.value});
  }
  if (!query.node.empty() && answer.values.empty()) {
    answer.values.push_back({query.node, std::nullopt});
  }
  return answer;
}

std::vector<message::AttributeValue> AttributeTable::values_of(const std::string& node) const {
  std::vector<message::AttributeValue> values;
  for (const auto& [name, attribute] : attributes_) {
    const auto value = attribute.nodes.find(node);
    if (value == attribute.nodes.end() || !value->second.value) continue;
    values.push_back({name, *value->second.value, attribute.set, attribute.user,
                      attribute.dampening, attribute.is_private});
  }
  return values;
}

void AttributeTable::replace_node(const std::string& node,
                                  const std::vector<message::AttributeValue>& values) {
  std::map<std::string, const message::AttributeValue*> wanted;
  for (const message::AttributeValue& value : values) wanted[value.name] = &value;
  for (auto& [name, attribute] : attributes_) {
    const auto old = attribute.nodes.find(node);
    if (old == attribute.nodes.end() || wanted.contains(name) || !old->second.value) continue;
    old->second = Value{std::nullopt, attribute.is_private};
  }
  for (const auto& [name, value] : wanted) {
    const auto [known, added] = attributes_.try_emplace(name);
    Attribute& attribute = known->second;
    if (added) {
      attribute.set = value->set;
      attribute.user = value->user;
      attribute.dampening = value->dampening;
      attribute.is_private = value->is_private;
    }
    Value& entry = attribute.nodes[node];
    if (entry.value == value->value) continue;
    entry.value = value->value;
    entry.written = attribute.is_private;
  }
}

void AttributeTable::erase_node(const std::string& node) {
  for (auto& [name, attribute] : attributes_) attribute.nodes.erase(node);
  std::erase_if(attributes_, [](const auto& entry) { return entry.second.nodes.empty(); });
}

void AttributeTable::mark_unwritten(const std::string& node) {
  for (auto& [name, attribute] : attributes_) {
    const auto value = attribute.nodes.find(node);
    if (value != attribute.nodes.end()) value->second.written = attribute.is_private;
  }
}

}  // namespace systole::crmd
