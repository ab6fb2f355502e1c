#include "crmd/tools/crm_shadow/crm_shadow.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "crmd/tools/crm_shadow/shadow_file.h"
#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/cib/patchset.h"
#include "lib/cib/patchset_text.h"
#include "lib/cib/schemas.h"
#include "lib/cli/help.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::crm_shadow {
namespace {

using base::Error;
using base::Result;
using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId {
  kWhich = 1,
  kDisplay,
  kEdit,
  kDiff,
  kFile,
  kCreate,
  kCreateEmpty,
  kCommit,
  kDelete,
  kReset,
  kSwitch,
  kLastCommand = kSwitch,
  kForce,
  kBatch,
  kAll,
  kValidateWith,
};

constexpr std::array kQueries = {
    Option{kWhich, "which", 'w', Argument::kNone, "", "Show the name of the active shadow copy"},
    Option{kDisplay, "display", 'p', Argument::kNone, "", "Show the active shadow copy"},
    Option{kEdit, "edit", 'E', Argument::kNone, "", "Edit the active shadow copy with $EDITOR"},
    Option{kDiff, "diff", 'd', Argument::kNone, "",
           "Show how the active shadow copy differs from the cluster"},
    Option{kFile, "file", 'F', Argument::kNone, "", "Show the file of the active shadow copy"},
};
constexpr std::array kCommands = {
    Option{kCreate, "create", 'c', Argument::kRequired, "",
           "Make a shadow copy of the cluster's configuration"},
    Option{kCreateEmpty, "create-empty", 'e', Argument::kRequired, "",
           "Make a shadow copy with an empty configuration. Optional: --validate-with"},
    Option{kCommit, "commit", 'C', Argument::kRequired, "",
           "Make the shadow copy the cluster's configuration"},
    Option{kDelete, "delete", 'D', Argument::kRequired, "", "Delete the shadow copy"},
    Option{kReset, "reset", 'r', Argument::kRequired, "",
           "Make the shadow copy anew from the cluster's configuration"},
    Option{kSwitch, "switch", 's', Argument::kRequired, "",
           "(Advanced) Work on the shadow copy from now on"},
};
constexpr std::array kAdditional = {
    Option{kForce, "force", 'f', Argument::kNone, "", "(Advanced) Do it in any case"},
    Option{kBatch, "batch", 'b', Argument::kNone, "", "(Advanced) Do not start a new shell"},
    Option{kAll, "all", 'a', Argument::kNone, "",
           "(Advanced) With --commit, upload the status too"},
    Option{kValidateWith, "validate-with", 'v', Argument::kRequired, "",
           "(Advanced) Make a configuration of an older version"},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"queries", "Queries:", "", kQueries},
    cli::OptionGroup{"commands", "Commands:", "", kCommands},
    cli::OptionGroup{"additional", "Additional Options:", "", kAdditional},
};

constexpr std::string_view kDangerous =
    "The supplied command is considered dangerous.  To prevent accidental destruction of the "
    "cluster, the --force flag is required in order to proceed.";

ExitCode failed(Output& output, const Error& error) {
  output.error(error.message.empty() ? base::describe(error.code) : error.message);
  return cli::exit_code_for(error.code);
}

std::string active_name() {
  const char* name = std::getenv("CIB_shadow");
  return name == nullptr ? "" : name;
}

/// The CIB that shadow copies are copies of: never a shadow copy itself.
Result<std::unique_ptr<client::CibClient>> open_original() {
  client::CibSource source{.client_name = std::string(kProgram.name)};
  if (const char* file = std::getenv("CIB_file"); file != nullptr) source.file = file;
  Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  if (cib) return cib;
  const Error& error = cib.error();
  return {error.code,
          base::cat("Could not connect to CIB: ", error.code == base::Errc::kNotConnected
                                                      ? std::string(base::describe(error.code))
                                                      : error.message)};
}

/// Makes the copy the one that tools work on: in a new shell, or by telling how.
ExitCode activate(const ShadowFile& shadow, std::string_view how, const CommandLine& line,
                  Output& output) {
  output.line("Setting up shadow instance");
  if (line.has(kBatch) || ::isatty(STDIN_FILENO) == 0) {
    output.line(how);
    output.line(base::cat("  CIB_shadow=", shadow.name(), " ; export CIB_shadow"));
    return ExitCode::kOk;
  }
  output.line("Type Ctrl-D to exit the crm_shadow shell");
  std::fflush(output.stream());
  const char* shell = std::getenv("SHELL");
  ::setenv("CIB_shadow", shadow.name().c_str(), 1);
  ::setenv("PS1", base::cat("shadow[", shadow.name(), "] # ").c_str(), 1);
  ::execl(shell == nullptr ? "/bin/sh" : shell, shell == nullptr ? "sh" : shell, nullptr);
  return failed(output, {base::errc_from_legacy(errno),
                         base::cat("Could not start the shell: ", std::strerror(errno))});
}

constexpr std::string_view kCreatedText =
    "A new shadow instance was created.  To begin using it paste the following into your shell:";
constexpr std::string_view kSwitchText =
    "To switch to the named shadow instance, paste the following into your shell:";

/// kExists unless the copy may be overwritten.
Result<void> check_free(const ShadowFile& shadow, const CommandLine& line) {
  if (!shadow.exists() || line.has(kForce)) return {};
  return {base::Errc::kExists,
          base::cat("A shadow instance '", shadow.name(),
                    "' already exists.\n  To prevent accidental destruction of the cluster, the "
                    "--force flag is required in order to proceed.")};
}

ExitCode create(const ShadowFile& shadow, const CommandLine& line, Output& output) {
  if (const Result<void> free = check_free(shadow, line); !free) {
    output.error(free.error().message);
    return ExitCode::kCannotCreate;
  }
  const Result<std::unique_ptr<client::CibClient>> cib = open_original();
  if (!cib) return failed(output, cib.error());
  const Result<xml::Document> document = (*cib)->query();
  if (!document) return failed(output, document.error());
  if (const Result<void> written = shadow.write(*document); !written) {
    return failed(output, written.error());
  }
  return activate(shadow, kCreatedText, line, output);
}

ExitCode create_empty(const ShadowFile& shadow, const CommandLine& line, Output& output) {
  if (const Result<void> free = check_free(shadow, line); !free) {
    output.error(free.error().message);
    return ExitCode::kCannotCreate;
  }
  xml::Document document = cib::Document::empty().xml().clone();
  if (const std::optional<std::string> schema = line.value(kValidateWith); schema) {
    if (!cib::schema_index(*schema)) {
      return failed(output, {base::Errc::kSchema, base::cat("'", *schema, "' is no schema")});
    }
    document.root().set_attribute("validate-with", *schema);
  }
  if (const Result<void> written = shadow.write(document); !written) {
    return failed(output, written.error());
  }
  output.line(base::cat("Created new ", document.root().attribute_or("validate-with", ""),
                        " configuration"));
  return activate(shadow, kCreatedText, line, output);
}

base::Error absent(const ShadowFile& shadow) {
  return {base::Errc::kNoSuchFile, base::cat("Could not access shadow instance '", shadow.name(),
                                             "': No such file or directory")};
}

ExitCode reset(const ShadowFile& shadow, const CommandLine& line, Output& output) {
  const Result<std::unique_ptr<client::CibClient>> cib = open_original();
  if (!cib) return failed(output, cib.error());
  if (!shadow.exists() && !line.has(kForce)) return failed(output, absent(shadow));
  const Result<xml::Document> document = (*cib)->query();
  if (!document) return failed(output, document.error());
  const Result<void> written = shadow.write(*document);
  if (!written) return failed(output, written.error());
  return activate(shadow, kSwitchText, line, output);
}

ExitCode commit(const ShadowFile& shadow, const CommandLine& line, Output& output) {
  if (!line.has(kForce)) {
    output.error(kDangerous);
    return ExitCode::kUsage;
  }
  const Result<std::unique_ptr<client::CibClient>> cib = open_original();
  if (!cib) return failed(output, cib.error());
  if (!shadow.exists()) return failed(output, absent(shadow));
  const Result<xml::Document> document = shadow.read();
  if (!document) return failed(output, document.error());
  client::CibCall call{.operation = cib::Operation::kReplace,
                       .options = cib::CallOption::kQuorumOverride,
                       .input = document->root()};
  if (!line.has(kAll)) {
    call.target = "configuration";
    call.input = document->root().first_child("configuration");
  }
  if (!call.input) {
    return failed(output, {base::Errc::kSchema,
                           base::cat("shadow copy '", shadow.name(), "' has no configuration")});
  }
  const Result<void> done = (*cib)->change(call);
  if (!done) {
    return failed(output,
                  {done.error().code, base::cat("Could not commit shadow instance '", shadow.name(),
                                                "' to the CIB: ", done.error().message)});
  }
  return ExitCode::kOk;
}

ExitCode remove(const ShadowFile& shadow, const CommandLine& line, Output& output) {
  if (!line.has(kForce)) {
    output.error(kDangerous);
    return ExitCode::kUsage;
  }
  if (const Result<void> removed = shadow.remove(); !removed) {
    return failed(output, removed.error());
  }
  if (active_name() == shadow.name()) {
    output.line(
        "Please remember to unset the CIB_shadow variable by pasting the following into your "
        "shell:");
    output.line("  unset CIB_shadow");
  }
  return ExitCode::kOk;
}

ExitCode show_difference(const ShadowFile& shadow, Output& output) {
  const Result<std::unique_ptr<client::CibClient>> cib = open_original();
  if (!cib) return failed(output, cib.error());
  const Result<xml::Document> original = (*cib)->query();
  if (!original) return failed(output, original.error());
  const Result<xml::Document> copy = shadow.read();
  if (!copy) return failed(output, copy.error());
  const std::optional<xml::Document> patch = cib::create_patchset(original->root(), copy->root());
  if (!patch) return ExitCode::kOk;
  for (const std::string& line : cib::patchset_text(patch->root())) output.line(line);
  return ExitCode::kError;
}

ExitCode edit(const ShadowFile& shadow, Output& output) {
  const char* editor = std::getenv("EDITOR");
  if (editor == nullptr) {
    return failed(output, {base::Errc::kNotFound, "No value for EDITOR defined"});
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp(editor, editor, shadow.path().c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    return failed(output, {base::Errc::kInternal, base::cat("Could not edit with ", editor)});
  }
  return ExitCode::kOk;
}

ExitCode query(int command, Output& output) {
  const std::string name = active_name();
  if (name.empty()) {
    output.error("No active shadow configuration defined");
    return ExitCode::kNoSuchObject;
  }
  const Result<ShadowFile> shadow = ShadowFile::named(name);
  if (!shadow) return failed(output, shadow.error());
  switch (command) {
    case kWhich:
      output.line(name);
      return ExitCode::kOk;
    case kFile:
      output.line(shadow->path());
      return ExitCode::kOk;
    case kEdit:
      return edit(*shadow, output);
    case kDiff:
      return show_difference(*shadow, output);
    default:
      break;
  }
  const Result<xml::Document> document = shadow->read();
  if (!document) return failed(output, document.error());
  output.raw(document->indented());
  return ExitCode::kOk;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_shadow",
    .summary = "crm_shadow - perform Pacemaker configuration changes in a sandbox",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = {},
    .formats = {},
    .style = cli::Style::kFlat,
};

ExitCode run(const CommandLine& line, Output& output) {
  int command = 0;
  for (const cli::GivenOption& given : line.options) {
    if (given.id <= kLastCommand) command = given.id;
  }
  if (command == 0 && !line.options.empty()) {
    output.error("No shadow instance provided");
    return ExitCode::kNoSuchObject;
  }
  if (command == 0) {
    output.error(cli::help_text(kProgram, ""));
    return ExitCode::kUsage;
  }
  if (command < kCreate) return query(command, output);
  const Result<ShadowFile> shadow = ShadowFile::named(line.value(command).value_or(""));
  if (!shadow) return failed(output, shadow.error());
  switch (command) {
    case kCreate:
      return create(*shadow, line, output);
    case kCreateEmpty:
      return create_empty(*shadow, line, output);
    case kCommit:
      return commit(*shadow, line, output);
    case kDelete:
      return remove(*shadow, line, output);
    case kReset:
      return reset(*shadow, line, output);
    default:
      break;
  }
  if (!shadow->exists()) return failed(output, absent(*shadow));
  return activate(*shadow, kSwitchText, line, output);
}

}  // namespace systole::crmd::crm_shadow
