#include "lib/cib/digest.h"

#include <algorithm>
#include <array>

#include "lib/base/md5.h"
#include "lib/base/xml_escape.h"
#include "lib/xml/write.h"

namespace systole::cib {
namespace {

constexpr std::array<std::string_view, 5> kStamps = {
    "crm-debug-origin", "cib-last-written", "update-origin", "update-client", "update-user"};

}  // namespace

std::string document_digest(xml::Element root) {
  return base::md5_hex(
      xml::to_string(root, {.escapes = xml::Escapes::kDigest, .without_attributes = kStamps}));
}

std::string file_digest(xml::Element root) {
  std::string text = " ";
  xml::write(root, text, {.escapes = xml::Escapes::kDigest});
  text.push_back('\n');
  return base::md5_hex(text);
}

std::string parameters_digest(std::vector<Parameter> parameters) {
  std::sort(parameters.begin(), parameters.end());
  std::string text = " <parameters";
  for (const auto& [name, value] : parameters) {
    text.append(" ").append(name).append("=\"");
    base::escape_xml(value, text, base::XmlEscapes::kDigest);
    text.push_back('"');
  }
  text.append("/>\n");
  return base::md5_hex(text);
}

}  // namespace systole::cib
