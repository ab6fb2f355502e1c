// Any bytes as a document, and the line before the first newline as an XPath over it.

#include "lib/xml/document.h"
#include "lib/xml/repair.h"
#include "lib/xml/write.h"
#include "lib/xml/xpath.h"
#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

void check_round_trip(std::string_view text, xml::Text between_tags) {
  const auto document = xml::Document::parse(text, {.max_bytes = 1 << 20}, between_tags);
  if (!document) return;
  const auto again = xml::Document::parse(document->compact(), {}, between_tags);
  CHECK(again.ok());
  CHECK(xml::same_content(document->root(), again->root()));
  (void)document->indented();
  (void)xml::to_string(document->root(), {.escapes = xml::Escapes::kDigest});
}

void check_xpath(std::string_view expression, std::string_view text) {
  const auto document = xml::Document::parse(text, {.max_bytes = 4096});
  if (!document) return;
  const auto found = xml::xpath(document->root(), expression.substr(0, 200));
  if (!found) return;
  for (const xml::Element element : *found) {
    (void)xml::at_path(document->root(), xml::path_of(element));
  }
}

}  // namespace

std::vector<std::string> seeds() {
  return {"<a/>",
          "<cib epoch=\"1\"><!-- c --><x id='1' y=\"&lt;&#10;&amp;\"/>text<![CDATA[<]]></cib>",
          "<a xmlns:p=\"urn:p\" p:x=\"1\" xml:lang=\"en\"><p:b/></a>",
          "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
          "//x[@id='1'] | //y\n<a><x id=\"1\"/><y/></a>",
          "count(//*[starts-with(@id,'x')])>1\n<a><x id=\"x1\"/></a>",
          "<a v=\"\xc3\xbc & < \" x\" w=\"1\"/>"};
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::check_round_trip(text, xml::Text::kKeep);
  fuzz::check_round_trip(text, xml::Text::kDrop);
  (void)xml::repair_unescaped_values(text);
  (void)xml::at_path(xml::Document::create("cib").root(), text);
  const std::size_t line = text.find('\n');
  if (line != std::string_view::npos)
    fuzz::check_xpath(text.substr(0, line), text.substr(line + 1));
  return 0;
}
