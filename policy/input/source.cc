#include "policy/input/source.h"

#include "lib/base/strings.h"
#include "lib/client/cib_client.h"
#include "policy/input/stream.h"

namespace systole::policy::input {
namespace {

base::Result<Configuration> parsed(const std::string& text, std::string file,
                                   const xml::Harvest* harvest) {
  base::Result<xml::Document> cib = xml::Document::parse(text, {}, xml::Text::kDrop, harvest);
  if (!cib) return cib.error();
  return Configuration{*std::move(cib), std::move(file)};
}

base::Result<Configuration> read_live(std::string_view client, const xml::Harvest* harvest) {
  const auto connection = client::open_cib(client::cib_source_from_environment(client));
  if (!connection) return connection.error();
  const base::Result<xml::Document> cib = (*connection)->query();
  if (!cib) return cib.error();
  // Read again, so that elements know their line in what is shown to people.
  return parsed(cib->indented(), {}, harvest);
}

/// A file is parsed as it is read: text and document together take twice the memory. Where that
/// fails it is read whole, so that what its writer left unescaped is mended or the error is told.
base::Result<Configuration> read_file(const File& file, const xml::Harvest* harvest) {
  if (const auto pieces = file.path == "-" ? std::nullopt : open_pieces(file.path)) {
    auto cib = xml::Document::read(*pieces, {}, xml::Text::kDrop, harvest);
    if (cib) return Configuration{*std::move(cib), file.path};
  }
  const base::Result<std::string> text = read_text(file.path);
  if (!text) return text.error();
  return parsed(*text, file.path == "-" ? std::string() : file.path, harvest);
}

}  // namespace

std::string place_in(const std::string& file, long line) {
  return file.empty() ? base::cat("Entity: line ", line) : base::cat(file, ":", line);
}

base::Result<Configuration> read(const Source& source, std::string_view client,
                                 const xml::Harvest* harvest) {
  if (const auto* file = std::get_if<File>(&source)) return read_file(*file, harvest);
  if (const auto* text = std::get_if<Text>(&source)) return parsed(text->xml, {}, harvest);
  return read_live(client, harvest);
}

}  // namespace systole::policy::input
