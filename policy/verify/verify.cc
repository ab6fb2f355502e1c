#include "policy/verify/verify.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/client/cib_client.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

enum class OptionId : int { kLive = 1, kFile, kPipe, kText, kSave };

constexpr int id(OptionId option) {
  return static_cast<int>(option);
}

constexpr cli::Option kData[] = {
    {id(OptionId::kLive), "live-check", 'L', cli::Argument::kNone, "",
     "Check the configuration used by the running cluster"},
    {id(OptionId::kFile), "xml-file", 'x', cli::Argument::kRequired, "FILE",
     "Check the configuration in the named file"},
    {id(OptionId::kPipe), "xml-pipe", 'p', cli::Argument::kNone, "",
     "Check the configuration piped in via stdin"},
    {id(OptionId::kText), "xml-text", 'X', cli::Argument::kRequired, "XML",
     "Check the configuration in the supplied string"},
};

constexpr cli::Option kAdditional[] = {
    {id(OptionId::kSave), "save-xml", 'S', cli::Argument::kRequired, "FILE",
     "Save verified XML to named file (most useful with -L)"},
};

constexpr cli::OptionGroup kGroups[] = {
    {"data", "Data sources:", "Show data options", kData},
    {"additional", "Additional options:", "Show additional options", kAdditional},
};

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

void complain(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

base::Result<std::string> read_all(std::FILE* stream, const std::string& name) {
  if (stream == nullptr) {
    return {base::errc_from_legacy(errno), base::cat(name, ": ", std::strerror(errno))};
  }
  std::string text;
  char buffer[65536];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, stream)) {
    text.append(buffer, count);
  }
  if (std::ferror(stream) != 0) return {base::Errc::kIo, base::cat(name, ": reading failed")};
  return text;
}

/// A configuration and how its lines are called in messages.
struct Input {
  xml::Document cib;
  std::string name;  ///< of the file; "Entity" for what came without one
};

base::Result<Input> parsed(base::Result<std::string> text, std::string name) {
  if (!text) return text.error();
  base::Result<xml::Document> cib = xml::Document::parse(*text);
  if (!cib) return cib.error();
  return Input{*std::move(cib), std::move(name)};
}

base::Result<Input> read_input(const cli::CommandLine& line) {
  if (line.has(id(OptionId::kLive))) {
    auto client = client::open_cib(client::cib_source_from_environment(kProgram.name));
    if (!client) return {base::Errc::kNotConnected, client.error().message};
    base::Result<xml::Document> cib = (*client)->query();
    if (!cib) return cib.error();
    // Read again, so that elements know their line in what is shown to people.
    return parsed(cib->indented(), "Entity: line");
  }
  if (const auto file = line.value(id(OptionId::kFile))) {
    const File stream(std::fopen(file->c_str(), "r"));
    return parsed(read_all(stream.get(), *file), *file);
  }
  if (const auto text = line.value(id(OptionId::kText))) {
    return parsed(base::Result<std::string>(*text), "Entity: line");
  }
  return parsed(read_all(stdin, "standard input"), "Entity: line");
}

std::string place(const Input& input, long line) {
  const bool has_file = input.name != "Entity: line";
  return base::cat(input.name, has_file ? ":" : " ", line, ": ");
}

/// Whether the configuration fits the schema that it names.
bool check_schema(const Input& input, int verbosity) {
  const auto named = input.cib.root().attribute("validate-with");
  if (named == cib::kNoSchema) {
    complain(
        "Schema validation of configuration is disabled (enabling is encouraged and prevents "
        "common misconfigurations)");
    return true;
  }
  const cib::Schemas schemas(cib::Schemas::default_directory());
  const base::Result<std::vector<xml::Violation>> violations = schemas.validate(input.cib);
  bool valid = violations && violations->empty();
  if (!violations) {
    complain(base::cat("error: ", violations.error().message));
  } else {
    for (const xml::Violation& violation : *violations) {
      complain(base::cat(place(input, violation.line), "element ",
                         violation.element.substr(0, violation.element.find(' ')),
                         ": Relax-NG validity error : ", violation.message));
    }
  }
  if (!valid && verbosity > 0) complain("(main) \terror: CIB did not pass schema validation");
  return valid;
}

/// Whether nothing in the configuration is an error; says what is.
bool check_meaning(const Input& input, int verbosity) {
  const base::Result<model::Snapshot> snapshot =
      cib_model::read_snapshot(input.cib.root(), {.now = std::time(nullptr), .from_file = true});
  if (!snapshot) {
    complain(base::cat("(read_snapshot) \terror: ", snapshot.error().message));
    return false;
  }
  const Status status = read_status(*snapshot);
  bool sound = true;
  for (const Problem& problem : find_problems(*snapshot, status)) {
    const bool error = problem.severity == Problem::Severity::kError;
    sound &= !error;
    if (verbosity > (error ? 0 : 1)) {
      complain(base::cat("(find_problems) \t", error ? "error: " : "warning: ", problem.text));
    }
  }
  return sound;
}

base::Result<void> save(const xml::Document& cib, const std::string& path) {
  const File file(std::fopen(path.c_str(), "w"));
  const std::string text = cib.indented();
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
      std::fflush(file.get()) != 0) {
    return {base::Errc::kIo, base::cat("Couldn't save '", path, "': ", std::strerror(errno))};
  }
  return {};
}

bool names_a_source(const cli::CommandLine& line) {
  for (const OptionId source :
       {OptionId::kLive, OptionId::kFile, OptionId::kPipe, OptionId::kText}) {
    if (line.has(id(source))) return true;
  }
  return false;
}

cli::ExitCode fail_to_read(const cli::CommandLine& line, cli::Output& output,
                           const base::Error& error) {
  if (line.has(id(OptionId::kLive))) {
    output.error(base::cat("crm_verify: CIB query failed: ", error.message));
    return cli::ExitCode::kNoInput;
  }
  output.error(base::cat("crm_verify: Couldn't parse input",
                         line.value(id(OptionId::kFile)) ? " file" : "", ": ", error.message));
  return cli::ExitCode::kError;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_verify",
    .summary =
        "Check a Pacemaker configuration for errors\n\nReads a complete configuration and "
        "checks that it is well-formed, that it\nfits its schema, and that it makes sense. "
        "What is reported as an error must be\nmended before the cluster can work as "
        "meant; warnings are for you to judge.",
    .groups = kGroups,
    .epilogue =
        "Examples:\n\nCheck the configuration of the running cluster:\n\n\tcrm_verify "
        "--live-check\n\nCheck a file, and say more:\n\n\tcrm_verify --xml-file file.xml "
        "--verbose\n",
};

cli::ExitCode run(const cli::CommandLine& line, cli::Output& output) {
  if (!names_a_source(line)) {
    output.error(
        "crm_verify: No configuration source specified.  Use --help for usage information.");
    return cli::ExitCode::kError;
  }
  const base::Result<Input> input = read_input(line);
  if (!input) return fail_to_read(line, output, input.error());
  if (const auto path = line.value(id(OptionId::kSave))) {
    const base::Result<void> saved = save(input->cib, *path);
    if (!saved) return cli::fail(output, kProgram, saved.error());
  }
  // Both, whatever the first says: a schema's word on a dangling reference names no place.
  const bool valid = check_schema(*input, line.verbosity);
  const bool sound = check_meaning(*input, line.verbosity);
  if (valid && sound) return cli::ExitCode::kOk;
  complain("crm_verify: Errors found during check: config not valid");
  if (line.verbosity == 0) complain("-V may provide more details");
  return cli::ExitCode::kConfiguration;
}

}  // namespace systole::policy::verify
