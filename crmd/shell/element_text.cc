#include "crmd/shell/element_text.h"

#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"
#include "lib/xml/clean_text.h"
#include "lib/xml/write.h"

namespace systole::crmd {

ElementText::ElementText(std::string_view name) : name_(name) {}

ElementText& ElementText::set(std::string_view name, std::string_view value) {
  attributes_ += base::cat(" ", name, "=\"");
  base::escape_xml(xml::clean_text(value), attributes_, base::XmlEscapes::kStandard);
  attributes_ += '"';
  return *this;
}

ElementText& ElementText::set_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : set(name, value);
}

ElementText& ElementText::append(std::string_view element) {
  inside_ += element;
  return *this;
}

std::string ElementText::text() const {
  if (inside_.empty()) return base::cat("<", name_, attributes_, "/>");
  return base::cat("<", name_, attributes_, ">", inside_, "</", name_, ">");
}

}  // namespace systole::crmd
