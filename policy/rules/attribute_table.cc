#include "policy/rules/attribute_table.h"

#include <algorithm>

namespace systole::policy {

namespace {
template <typename Entries>
auto place_of(Entries& entries, std::string_view name) {
  return std::lower_bound(
      entries.begin(), entries.end(), name,
      [](const model::NameValue& entry, std::string_view wanted) { return entry.name < wanted; });
}
}  // namespace

std::optional<model::Text> AttributeTable::find(std::string_view name) const {
  const auto place = place_of(entries_, name);
  if (place == entries_.end() || place->name != name) return std::nullopt;
  return place->value;
}

model::Text AttributeTable::value_or(std::string_view name, model::Text fallback) const {
  return find(name).value_or(fallback);
}

void AttributeTable::add(model::Text name, model::Text value) {
  const auto place = place_of(entries_, name);
  if (place == entries_.end() || place->name != name) entries_.insert(place, {name, value});
}

void AttributeTable::set(model::Text name, model::Text value) {
  const auto place = place_of(entries_, name);
  if (place != entries_.end() && place->name == name) {
    place->value = value;
  } else {
    entries_.insert(place, {name, value});
  }
}

void AttributeTable::erase(std::string_view name) {
  const auto place = place_of(entries_, name);
  if (place != entries_.end() && place->name == name) entries_.erase(place);
}

}  // namespace systole::policy
