#include "lib/cib_model/references.h"

namespace systole::cib_model {

xml::Element References::resolve(xml::Element element) {
  const auto reference = element.attribute("id-ref");
  if (!reference) return element;
  if (!indexed_) {
    index(configuration_);
    indexed_ = true;
  }
  const auto [first, last] = by_id_.equal_range(*reference);
  for (auto found = first; found != last; ++found) {
    if (found->second.is(element.name())) return found->second;
  }
  return {};
}

void References::index(xml::Element element) {
  if (const auto id = element.attribute("id")) by_id_.emplace(*id, element);
  for (const xml::Element child : element.children()) index(child);
}

}  // namespace systole::cib_model
