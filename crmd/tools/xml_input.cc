#include "crmd/tools/xml_input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"

namespace systole::crmd {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

base::Error system_error(const std::string& name) {
  const int number = errno;
  return {base::errc_from_legacy(number), base::cat(name, ": ", std::strerror(number))};
}

base::Result<std::string> read_text(const XmlInput& input) {
  if (input.kind == XmlInput::Kind::kText) return input.value;
  const std::unique_ptr<std::FILE, Close> file(
      input.kind == XmlInput::Kind::kFile ? std::fopen(input.value.c_str(), "r") : stdin);
  if (!file) return system_error(input.name());
  std::string text;
  char buffer[65536];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, count);
  }
  if (std::ferror(file.get()) != 0) return system_error(input.name());
  return ipc::is_compressed(text) ? ipc::decompress_all(text) : base::Result<std::string>(text);
}

}  // namespace

std::string XmlInput::name() const {
  switch (kind) {
    case Kind::kText:
      return "the command line";
    case Kind::kFile:
      return value;
    case Kind::kStandardInput:
      break;
  }
  return "STDIN";
}

base::Result<xml::Document> read_xml(const XmlInput& input) {
  const base::Result<std::string> text = read_text(input);
  if (!text) return text.error();
  return xml::Document::parse(*text);
}

}  // namespace systole::crmd
