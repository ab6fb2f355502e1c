#pragma once

#include <string_view>
#include <unordered_map>

#include "lib/xml/element.h"

namespace systole::cib_model {

/// Finds elements by id, for `id-ref`. The index is made when it is first asked.
class References {
 public:
  explicit References(xml::Element configuration) : configuration_(configuration) {}

  /// `element` itself, or the element of the same tag that its `id-ref` names; null where that does
  /// not exist.
  xml::Element resolve(xml::Element element);

 private:
  void index(xml::Element element);

  xml::Element configuration_;
  bool indexed_ = false;
  std::unordered_multimap<std::string_view, xml::Element> by_id_;
};

}  // namespace systole::cib_model
