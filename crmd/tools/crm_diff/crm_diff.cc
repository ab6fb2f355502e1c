#include "crmd/tools/crm_diff/crm_diff.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crmd/tools/xml_input.h"
#include "lib/base/strings.h"
#include "lib/cib/patchset.h"
#include "lib/cib/version.h"

namespace systole::crmd::crm_diff {
namespace {

using base::Result;
using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId {
  kOriginal = 1,
  kOriginalString,
  kNew,
  kNewString,
  kPatch,
  kCib,
  kStdin,
  kNoVersion,
};

constexpr std::array kXml = {
    Option{kOriginal, "original", 'o', Argument::kRequired, "FILE", "The file with the old XML"},
    Option{kOriginalString, "original-string", 'O', Argument::kRequired, "STRING", "The old XML"},
};
constexpr std::array kOperations = {
    Option{kNew, "new", 'n', Argument::kRequired, "FILE",
           "Compare the old XML with that in this file"},
    Option{kNewString, "new-string", 'N', Argument::kRequired, "STRING",
           "Compare the old XML with this"},
    Option{kPatch, "patch", 'p', Argument::kRequired, "FILE",
           "Apply the difference in this file to the old XML"},
};
constexpr std::array kAdditional = {
    Option{kCib, "cib", 'c', Argument::kNone, "",
           "Take the XML for CIBs: the difference holds the digest of the result"},
    Option{kStdin, "stdin", 's', Argument::kNone, "",
           "Read the new XML, or the difference, from standard input"},
    Option{kNoVersion, "no-version", 'u', Argument::kNone, "", "Leave the versions out"},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"xml", "Original XML:", "Show original XML options", kXml},
    cli::OptionGroup{"operation", "Operation:", "Show operation options", kOperations},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
};

constexpr std::string_view kEpilogue = R"(Examples:

Compare two configurations and keep the difference:

	# crm_diff --original cib-old.xml --new cib-new.xml > patch.xml

Apply it to a file, or to the running cluster:

	# crm_diff --original cib-old.xml --patch patch.xml > updated.xml
	# cibadmin --patch -x patch.xml
)";

XmlInput file_input(const std::string& name) {
  if (name == "-") return {XmlInput::Kind::kStandardInput, {}};
  return {XmlInput::Kind::kFile, name};
}

/// The XML that one of two options names; nothing when neither was given.
std::optional<XmlInput> input_of(const CommandLine& line, int file_option, int text_option) {
  if (const auto text = line.value(text_option); text) {
    return XmlInput{XmlInput::Kind::kText, *text};
  }
  if (const auto file = line.value(file_option); file) return file_input(*file);
  return std::nullopt;
}

ExitCode unreadable(std::string_view which, const std::optional<XmlInput>& input,
                    const std::string& why, Output& output) {
  const std::string where = input ? base::cat(" (", input->name(), ": ", why, ")") : "";
  output.error(base::cat("Could not parse the ", which, " XML fragment", where));
  return ExitCode::kInvalidData;
}

constexpr std::array kVersionAttributes = {"admin_epoch", "epoch", "num_updates"};

/// Parts of a CIB have none.
bool has_version(xml::Element root) {
  return std::any_of(kVersionAttributes.begin(), kVersionAttributes.end(),
                     [root](const char* name) { return root.attribute(name).has_value(); });
}

/// Makes `to` the version that `from` is, or of none: what has the same version differs only in
/// content.
void take_version(xml::Element from, xml::Element to) {
  for (const char* name : kVersionAttributes) {
    if (const auto number = from.attribute(name)) {
      to.set_attribute(name, *number);
    } else {
      to.remove_attribute(name);
    }
  }
}

ExitCode compare(xml::Document& before, xml::Document& after, const CommandLine& line,
                 Output& output) {
  const bool without_versions = line.has(kNoVersion);
  if (without_versions) take_version(before.root(), after.root());
  std::optional<xml::Document> patch = cib::create_patchset(before.root(), after.root());
  if (!patch) return ExitCode::kOk;
  if (without_versions) {
    if (xml::Element versions = patch->root().first_child("version"); versions) versions.remove();
  } else if (line.has(kCib)) {
    cib::add_digest(*patch, after.root());
  }
  output.raw(patch->indented());
  return ExitCode::kError;
}

ExitCode apply(xml::Document& before, xml::Document& patch, Output& output) {
  const cib::Version current = cib::read_version(before.root());
  const bool versioned = has_version(before.root());
  xml::Element named = patch.root().first_child("version");
  if (!versioned && named) named.remove();
  if (!cib::names_versions(patch.root())) {
    // A difference without versions fits any; give it those that it is applied to.
    xml::Element versions = patch.root().append("version");
    cib::write_version(versions.append("source"), current);
    cib::write_version(versions.append("target"), {.admin_epoch = current.admin_epoch,
                                                   .epoch = current.epoch + 1,
                                                   .num_updates = current.num_updates});
  }
  if (const Result<void> applied = cib::apply_patchset(before, patch.root()); !applied) {
    output.error(base::cat("Could not apply patch: ", base::describe(applied.error().code), " (",
                           applied.error().message, ")"));
    return cli::exit_code_for(applied.error().code);
  }
  if (!versioned) {
    for (const char* name : kVersionAttributes) before.root().remove_attribute(name);
  }
  output.raw(before.indented());
  return ExitCode::kOk;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_diff",
    .summary =
        "Compare two Pacemaker configurations (in XML format) to produce a custom diff-like "
        "output, or apply such an output as a patch",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
    .formats = {},
};

ExitCode run(const CommandLine& line, Output& output) {
  if (line.has(kNoVersion) && line.has(kCib)) {
    output.error("error: -u/--no-version incompatible with -c/--cib");
    return ExitCode::kUsage;
  }
  const std::optional<XmlInput> old_input = input_of(line, kOriginal, kOriginalString);
  Result<xml::Document> before =
      old_input ? read_xml(*old_input) : Result<xml::Document>(base::Errc::kUsage, "");
  if (!before) return unreadable("first", old_input, before.error().message, output);

  const bool is_patch = line.has(kPatch);
  std::optional<XmlInput> new_input = input_of(line, is_patch ? kPatch : kNew, kNewString);
  if (line.has(kStdin)) new_input = XmlInput{XmlInput::Kind::kStandardInput, {}};
  Result<xml::Document> second =
      new_input ? read_xml(*new_input) : Result<xml::Document>(base::Errc::kUsage, "");
  if (!second) return unreadable("second", new_input, second.error().message, output);
  return is_patch ? apply(*before, *second, output) : compare(*before, *second, line, output);
}

}  // namespace systole::crmd::crm_diff
