// What agents print: metadata of any kind, and reasons and output that must fit into XML.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/ocf/answer.h"
#include "lib/ocf/metadata.h"
#include "lib/xml/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)ocf::parse_metadata(text).ok();
  for (const std::string& printed : {ocf::exit_reason(text), ocf::printable_output({}, text)}) {
    xml::Document document = xml::Document::create("a");
    document.root().set_attribute("text", printed);
    const auto read = xml::Document::parse(document.compact());
    if (!read.ok() || read->root().attribute_or("text", "") != printed) __builtin_trap();
  }
  return 0;
}
