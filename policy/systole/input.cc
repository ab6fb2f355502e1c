#include "policy/systole/input.h"

#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/client/cib_client.h"
#include "lib/xml/document.h"

namespace systole::policy {

namespace {

base::Result<xml::Document> read_document(const cli::CommandLine& line, std::string_view program) {
  const auto file = line.value(kInputFile);
  if (line.has(kInputPipe) || file == "-") {
    return xml::Document::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  }
  if (file) {
    std::ifstream stream(*file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream.good() && !stream.eof()) {
      return {base::Errc::kNoSuchFile, base::cat("could not read '", *file, "'")};
    }
    auto document = xml::Document::parse(text);
    if (!document) {
      return {document.error().code, base::cat("'", *file, "': ", document.error().message)};
    }
    return document;
  }
  client::CibSource source = client::cib_source_from_environment(program);
  if (line.has(kInputLive)) source.file.clear();
  auto cib = client::open_cib(source);
  if (!cib)
    return {cib.error().code, base::cat("could not reach the cluster: ", cib.error().message)};
  return (*cib)->query();
}

}  // namespace

const std::array<cli::Option, 4> kInputOptions = {
    cli::Option{kInputLive, "live-check", 'L', cli::Argument::kNone, "",
                "Ask about the running cluster (the default)"},
    cli::Option{kInputFile, "xml-file", 'x', cli::Argument::kRequired, "FILE",
                "Ask about the CIB in the named file (\"-\": standard input)"},
    cli::Option{kInputPipe, "xml-pipe", 'p', cli::Argument::kNone, "",
                "Ask about the CIB on standard input"},
    cli::Option{kInputDate, "set-datetime", 't', cli::Argument::kRequired, "DATETIME",
                "Plan as if it were this time (ISO 8601)"},
};

base::Result<std::unique_ptr<model::Snapshot>> read_input(const cli::CommandLine& line,
                                                          std::string_view program) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  cib_model::ReadOptions options;
  options.now = now;
  options.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
  options.from_file = line.has(kInputFile) || line.has(kInputPipe);
  if (const auto date = line.value(kInputDate)) {
    const auto time = base::parse_timestamp(*date, {options.now, options.utc_offset});
    if (!time) {
      return {base::Errc::kUsage, base::cat("'", *date, "' is no date: ", time.error().message)};
    }
    options.now = time->seconds;
    options.utc_offset = time->utc_offset;
    options.explicit_now = true;
  }
  const auto document = read_document(line, program);
  if (!document) return document.error();
  auto snapshot = cib_model::read_snapshot(document->root(), options);
  if (!snapshot) return snapshot.error();
  return std::make_unique<model::Snapshot>(*std::move(snapshot));
}

}  // namespace systole::policy
