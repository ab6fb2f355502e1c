#include "policy/verify/verify.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/upgrade.h"
#include "lib/cib/version.h"
#include "lib/cib_model/snapshot_reader.h"
#include "policy/input/schema_check.h"
#include "policy/input/stream.h"
#include "policy/plan.h"
#include "policy/render/summary_text.h"
#include "policy/verify/problem.h"

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

/// Messages go to standard error in every output format.
void complain(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

/// Where the configuration comes from; nothing when the command line does not say.
std::optional<input::Source> source_of(const cli::CommandLine& line) {
  if (line.has(id(OptionId::kLive))) return input::Live{};
  if (const auto file = line.value(id(OptionId::kFile))) return input::File{*file};
  if (const auto text = line.value(id(OptionId::kText))) return input::Text{*text};
  if (line.has(id(OptionId::kPipe))) return input::File{"-"};
  return std::nullopt;
}

cli::ExitCode fail_to_read(const input::Source& source, const base::Error& error) {
  if (std::holds_alternative<input::Live>(source)) {
    complain(base::cat("crm_verify: CIB query failed: ", error.message));
    return cli::ExitCode::kNoInput;
  }
  std::string what = "string";
  if (const auto* file = std::get_if<input::File>(&source)) {
    what = file->path == "-" ? "from STDIN" : base::cat("file: ", file->path);
  }
  complain(base::cat("crm_verify: Couldn't parse input ", what, ": ", error.message));
  return error.code == base::Errc::kSchema ? cli::ExitCode::kConfiguration : cli::ExitCode::kError;
}

/// How the check ends.
enum class Verdict { kSound, kWarnings, kErrors };

Verdict check_schema(const input::Configuration& configuration, int verbosity) {
  const input::SchemaVerdict verdict = input::check_schema(configuration);
  for (const std::string& complaint : verdict.complaints) complain(complaint);
  if (verdict.valid) return Verdict::kSound;
  if (verbosity > 0) complain("(check_schema) \terror: CIB did not pass schema validation");
  return Verdict::kErrors;
}

/// Says what is asked for of `problems`, and what they mean for the configuration.
Verdict report(const std::vector<Problem>& problems, int verbosity) {
  Verdict verdict = Verdict::kSound;
  for (const Problem& problem : problems) {
    const bool is_error = problem.severity == Problem::Severity::kError;
    if (problem.is_fault) {
      verdict = std::max(verdict, is_error ? Verdict::kErrors : Verdict::kWarnings);
    }
    if (const auto line = problem.line(verbosity)) complain(*line);
  }
  return verdict;
}

Verdict check_meaning(xml::Document& document, int verbosity) {
  const bool has_state = static_cast<bool>(document.root().first_child("status"));
  if (cib::needs_rewriting(document.root())) {
    const auto rewritten = cib::rewrite(document.root(), cib::kNewestSchema);
    if (!rewritten) {
      complain(base::cat("(rewrite) \terror: ", rewritten.error().message));
      return Verdict::kErrors;
    }
  }
  const base::Result<model::Snapshot> snapshot =
      cib_model::read_snapshot(document.root(), {.now = std::time(nullptr), .from_file = true});
  if (!snapshot) {
    complain(base::cat("(read_snapshot) \terror: ", snapshot.error().message));
    return Verdict::kErrors;
  }
  const Plan planned = plan(*snapshot, 1, Reasons::kRemarks);
  Verdict verdict = report(find_problems(document.root(), *planned.status), verbosity);
  // A configuration alone is no cluster: who would be fenced if it were one is no problem of it.
  if (has_state) {
    for (const auto& problems : {find_status_problems(*planned.status), find_plan_problems(planned),
                                 find_fencing_problems(planned)}) {
      verdict = std::max(verdict, report(problems, verbosity));
    }
  }
  if (verbosity > 2) {
    for (const std::string& line : render::summary_text(planned.summary)) {
      complain(base::cat("(plan) \tnotice: Actions: ", line));
    }
  }
  return verdict;
}

Verdict check(input::Configuration& configuration, int verbosity) {
  const Verdict schema = check_schema(configuration, verbosity);
  return schema == Verdict::kSound ? check_meaning(configuration.cib, verbosity) : schema;
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
  const std::optional<input::Source> source = source_of(line);
  if (!source) {
    complain("crm_verify: No configuration source specified.  Use --help for usage information.");
    return cli::ExitCode::kError;
  }
  base::Result<input::Configuration> configuration = input::read(*source, kProgram.name);
  if (!configuration) return fail_to_read(*source, configuration.error());
  if (!configuration->cib.root().is("cib")) {
    complain(
        "crm_verify: This tool can only check complete configurations (i.e. those starting with "
        "<cib>).");
    return cli::ExitCode::kProtocol;
  }
  if (const auto path = line.value(id(OptionId::kSave))) {
    const auto saved = input::write_text(*path, configuration->cib.indented());
    if (!saved) return cli::fail(output, kProgram, saved.error());
  }
  const Verdict verdict = check(*configuration, line.verbosity);
  if (verdict == Verdict::kSound) return cli::ExitCode::kOk;
  complain(verdict == Verdict::kErrors
               ? "crm_verify: Errors found during check: config not valid"
               : "crm_verify: Warnings found during check: config may not be valid");
  if (line.verbosity == 0) complain("-V may provide more details");
  return cli::ExitCode::kConfiguration;
}

}  // namespace systole::policy::verify
