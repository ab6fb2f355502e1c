#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lib/model/text.h"

namespace systole::policy {

/// Names with one value each, found fast and iterated in byte order of the names.
class AttributeTable {
 public:
  /// Returns nothing where the name has no value.
  std::optional<model::Text> find(std::string_view name) const;
  model::Text value_or(std::string_view name, model::Text fallback) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }

  /// Sets a value unless the name has one.
  void add(model::Text name, model::Text value);
  /// Sets a value, replacing an earlier one.
  void set(model::Text name, model::Text value);
  void erase(std::string_view name);
  void clear() { entries_.clear(); }

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<model::NameValue> entries_;
};

}  // namespace systole::policy
