#include "crmd/tools/cibadmin/cibadmin.h"

#include <unistd.h>

#include <array>
#include <optional>

#include "crmd/tools/cibadmin/access_view.h"
#include "crmd/tools/cibadmin/options.h"
#include "crmd/tools/failure_text.h"
#include "crmd/tools/xml_input.h"
#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/digest.h"
#include "lib/cib/document.h"
#include "lib/cib/schemas.h"
#include "lib/cib/sections.h"
#include "lib/cib/version.h"
#include "lib/cli/help.h"
#include "lib/cli/version.h"
#include "lib/client/cib_client.h"
#include "lib/ipc/credentials.h"
#include "lib/xml/xpath.h"

namespace systole::crmd::cibadmin {
namespace {

using cib::CallOption;
using cib::Operation;
using cli::CommandLine;
using cli::ExitCode;
using cli::Output;

struct Command {
  int option;
  Operation operation;
  bool needs_input;
  /// Refused without --force.
  bool is_dangerous;
};

constexpr std::array kCommands = {
    Command{kQuery, Operation::kQuery, false, false},
    Command{kCreate, Operation::kCreate, true, false},
    Command{kModify, Operation::kModify, true, false},
    Command{kReplace, Operation::kReplace, true, false},
    Command{kDelete, Operation::kDelete, true, false},
    Command{kDeleteAll, Operation::kDelete, true, true},
    Command{kPatch, Operation::kApplyDiff, true, false},
    Command{kErase, Operation::kErase, false, true},
    Command{kBump, Operation::kBump, false, false},
    Command{kUpgrade, Operation::kUpgrade, false, true},
};

/// The options that add a bit to the call.
struct Flag {
  int option;
  CallOption bit;
};

constexpr std::array kFlags = {
    Flag{kLocal, CallOption::kScopeLocal},      Flag{kNoChildren, CallOption::kNoChildren},
    Flag{kAllowCreate, CallOption::kCanCreate}, Flag{kNodePath, CallOption::kXpathAddress},
    Flag{kDeleteAll, CallOption::kMultiple},    Flag{kXpath, CallOption::kXpath},
    Flag{kSyncCall, CallOption::kSync},         Flag{kForce, CallOption::kQuorumOverride},
};

const Command* last_command(const CommandLine& line) {
  const Command* found = nullptr;
  for (const cli::GivenOption& given : line.options) {
    for (const Command& command : kCommands) {
      if (command.option == given.id) found = &command;
    }
  }
  return found;
}

/// The last of -X, -x and -p is where XML comes from; nothing when none was given.
std::optional<XmlInput> input_of(const CommandLine& line) {
  std::optional<XmlInput> input;
  for (const cli::GivenOption& given : line.options) {
    if (given.id == kXmlText) input = XmlInput{XmlInput::Kind::kText, *given.value};
    if (given.id == kXmlFile) input = XmlInput{XmlInput::Kind::kFile, *given.value};
    if (given.id == kXmlPipe) input = XmlInput{XmlInput::Kind::kStandardInput, {}};
  }
  return input;
}

client::CibCall call_for(const CommandLine& line, const Command& command) {
  client::CibCall call{.operation = command.operation};
  for (const Flag& flag : kFlags) {
    if (line.has(flag.option)) call.options = call.options | flag.bit;
  }
  call.target = line.value(kXpath).value_or(line.value(kScope).value_or(""));
  call.host = line.value(kNode).value_or("");
  call.user = line.value(kUser).value_or("");
  const auto seconds = base::parse_integer<int>(line.value(kTimeout).value_or(""));
  if (seconds && *seconds > 0) call.timeout = std::chrono::seconds(*seconds);
  return call;
}

/// A whole CIB given for one section stands for that section of it.
xml::Element part_for_scope(xml::Element input, const CommandLine& line) {
  const std::optional<std::string> scope = line.value(kScope);
  if (!scope || line.has(kXpath) || !input.is("cib")) return input;
  return cib::section_or_root(input, *scope);
}

void print_paths(const xml::Document& data, Output& output) {
  for (const xml::Element path : data.root().children("xpath-query-path")) {
    output.line(path.id());
  }
}

/// Where the refused CIB violates its schema, one line each.
void print_violations(const xml::Document& refused, Output& output) {
  // Who may not see all of it is not told what is wrong with the rest.
  if (!refused.root().attribute("validate-with")) return;
  const cib::Schemas schemas(cib::Schemas::default_directory());
  // Line numbers mean something for the text that is printed, not for the document in memory.
  const base::Result<xml::Document> numbered = xml::Document::parse(refused.indented());
  if (!numbered) return;
  const base::Result<std::vector<xml::Violation>> violations = schemas.validate(*numbered);
  if (!violations) {
    output.error(violations.error().message);
    return;
  }
  for (const xml::Violation& violation : *violations) {
    output.error(base::cat("line ", violation.line, ": element ", violation.element,
                           ": Relax-NG validity error : ", violation.message));
  }
}

ExitCode report_refusal(const client::CibAnswer& answer, const Command& command, bool is_live,
                        Output& output) {
  const base::Error& error = answer.verdict.error();
  if (error.code == base::Errc::kSchemaUnchanged && command.operation == Operation::kUpgrade) {
    if (is_live) output.line(base::cat("Upgrade unnecessary: ", base::describe(error.code)));
    return ExitCode::kOk;
  }
  if (answer.data) {
    if (error.code == base::Errc::kSchema) {
      print_violations(*answer.data, output);
    } else {
      output.raw(answer.data->indented());
    }
  }
  std::string text(base::describe(error.code));
  // The document explains more than the number on the wire can.
  if (!is_live && !error.message.empty() && error.message != text) {
    text += base::cat(" (", error.message, ")");
  }
  const std::string name =
      is_live ? base::cat(" ", cib::wire_name(command.operation)) : std::string();
  output.error(base::cat("Call", name, " failed: ", text));
  return cli::exit_code_for(error.code);
}

ExitCode report_no_connection(const client::CibSource& source, const base::Error& error,
                              Output& output) {
  const base::Error told = cib_connection_error(source, error);
  output.error(told.message);
  output.error("Init failed, could not perform requested operations");
  return cli::exit_code_for(told.code);
}

ExitCode execute(const CommandLine& line, const Command& command, Output& output) {
  if (command.is_dangerous && !line.has(kForce)) {
    output.error(
        "The supplied command is considered dangerous.  To prevent accidental destruction of the "
        "cluster, the --force flag is required in order to proceed.");
    return ExitCode::kUnsafe;
  }
  std::optional<xml::Document> input;
  if (const std::optional<XmlInput> source = input_of(line); source) {
    base::Result<xml::Document> read = read_xml(*source);
    if (!read) {
      output.error(
          base::cat("Couldn't parse input from ", source->name(), ". ", read.error().message));
      return ExitCode::kConfiguration;
    }
    input = std::move(*read);
  }
  const bool by_xpath = command.operation == Operation::kDelete && line.has(kXpath);
  if (command.needs_input && !input && !by_xpath) {
    output.error(base::cat("Call failed: ", base::describe(base::Errc::kInvalidArgument), " (",
                           cib::wire_name(command.operation), " needs XML, with -X, -x or -p)"));
    return ExitCode::kSoftware;
  }

  client::CibCall call = call_for(line, command);
  if (input) call.input = part_for_scope(input->root(), line);
  const client::CibSource source = client::cib_source_from_environment(kProgram.name);
  base::Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  if (!cib) return report_no_connection(source, cib.error(), output);
  const bool is_live = (*cib)->is_live();
  const base::Result<client::CibAnswer> answer = (*cib)->call(call);
  if (!answer) {
    const std::string name =
        is_live ? base::cat(" ", cib::wire_name(command.operation)) : std::string();
    output.error(base::cat("Call", name, " failed: ", answer.error().message));
    // Pacemaker's waits for an answer that does not come.
    const bool lost = is_live && answer.error().code == base::Errc::kIo;
    return lost ? ExitCode::kTimeout : cli::exit_code_for(answer.error().code);
  }
  if (!answer->verdict) return report_refusal(*answer, command, is_live, output);
  if (answer->provisional) {
    output.error(
        "warning: This partition has no quorum: the change is provisional, and lost if a partition "
        "with quorum has a different configuration");
  }
  if (answer->data && command.operation == Operation::kQuery) {
    if (line.has(kNodePath) && line.has(kXpath)) {
      print_paths(*answer->data, output);
    } else {
      output.raw(answer->data->indented());
    }
  }
  return ExitCode::kOk;
}

ExitCode refuse_to_evaluate(const std::string& user, std::string_view why, Output& output) {
  output.error(base::cat("Could not evaluate access per request (", user, ", error: ", why, ")"));
  return ExitCode::kConfiguration;
}

/// Shows the whole CIB, or the part that --scope or --xpath name, with what the user may do there.
ExitCode show_access(const CommandLine& line, Output& output) {
  const std::string style_name = line.value(kShowAccess).value_or("");
  const auto style = access_style(style_name, isatty(STDOUT_FILENO) != 0);
  if (!style) {
    output.error(base::cat("Unrecognized value for --show-access: \"", style_name, "\""));
    return ExitCode::kUsage;
  }
  const std::string user = line.value(kUser).value_or("");
  if (user.empty()) {
    output.error("The supplied command requires -U user specified.");
    return ExitCode::kUsage;
  }
  if (cib::is_exempt(user)) return refuse_to_evaluate(user, "Already in requested state", output);
  const client::CibSource source = client::cib_source_from_environment(kProgram.name);
  const auto cib = client::open_cib(source);
  if (!cib) return report_no_connection(source, cib.error(), output);
  // Access at a place depends on what is around it: the whole is needed for any part.
  const base::Result<xml::Document> whole = (*cib)->query();
  if (!whole) {
    output.error(base::cat("Call failed: ", base::describe(whole.error().code)));
    return cli::exit_code_for(whole.error().code);
  }
  std::vector<xml::Element> parts;
  if (const auto path = line.value(kXpath)) {
    const auto matches = xml::xpath(whole->root(), *path);
    if (matches) parts = *matches;
  } else if (const auto part =
                 cib::section_or_root(whole->root(), line.value(kScope).value_or(""))) {
    parts.push_back(part);
  }
  if (parts.empty()) {
    output.error(base::cat("Call failed: ", base::describe(base::Errc::kNotFound)));
    return cli::exit_code_for(base::Errc::kNotFound);
  }
  const auto permissions = cib::Permissions::of({user, ipc::groups_listing(user)}, whole->root());
  for (const xml::Element part : parts) {
    output.raw(access_view(part, permissions, user, *style));
  }
  return ExitCode::kOk;
}

ExitCode print_digest(const CommandLine& line, bool versioned, Output& output) {
  const std::optional<XmlInput> source = input_of(line);
  if (!source) {
    output.error("Please supply XML to process with -X, -x or -p");
    return ExitCode::kUsage;
  }
  const base::Result<xml::Document> document = read_xml(*source);
  if (!document) {
    output.error(
        base::cat("Couldn't parse input from ", source->name(), ". ", document.error().message));
    return ExitCode::kConfiguration;
  }
  output.line(versioned ? cib::document_digest(document->root())
                        : cib::file_digest(document->root()));
  return ExitCode::kOk;
}

}  // namespace

ExitCode run(const CommandLine& line, Output& output) {
  if (line.has(kEmpty)) {
    xml::Document empty = cib::Document::empty().xml().clone();
    // An empty CIB that somebody loads is a configuration: the first.
    cib::write_version(empty.root(), {.admin_epoch = 0, .epoch = 1, .num_updates = 0});
    output.raw(empty.indented());
    return ExitCode::kOk;
  }
  if (!line.arguments.empty()) {
    output.error(base::cat("non-option ARGV-elements: ", base::join(line.arguments, " ")));
    output.error(cli::help_text(kProgram, ""));
    return ExitCode::kUsage;
  }
  if (line.has(kFeatures)) {
    output.raw(cli::features_text());
    return ExitCode::kOk;
  }
  if (line.has(kMd5Sum) || line.has(kMd5SumVersioned)) {
    return print_digest(line, line.has(kMd5SumVersioned), output);
  }
  const Command* command = last_command(line);
  if (command == nullptr) {
    output.error(cli::help_text(kProgram, ""));
    return ExitCode::kUsage;
  }
  if (line.has(kShowAccess) && command->operation == Operation::kQuery) {
    return show_access(line, output);
  }
  return execute(line, *command, output);
}

}  // namespace systole::crmd::cibadmin
