#include "crmd/tools/cibsecret/cibsecret.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "crmd/tools/cibsecret/cib_parameter.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/client/controller_client.h"

namespace systole::crmd::cibsecret {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId { kNoCib = 1 };

constexpr std::array kApplication = {
    Option{kNoCib, "", 'C', Argument::kNone, "", "Neither read nor write the CIB"},
};
constexpr std::array kGroups = {cli::OptionGroup{"", "", "", kApplication}};

constexpr std::string_view kEpilogue = R"(Commands:
  set RESOURCE PARAMETER VALUE    Keep a value of a parameter secret
  get RESOURCE PARAMETER          Show the secret value
  check RESOURCE PARAMETER        Compare the secret value with its MD5 hash
  stash RESOURCE PARAMETER        Make the value that is in the CIB secret (not with -C)
  unstash RESOURCE PARAMETER      Put the secret value back into the CIB (not with -C)
  delete RESOURCE PARAMETER       Remove the parameter and its secret value
  sync                            Copy all secret values of this node to all other nodes

A secret value is not in the CIB, which holds "lrm://" in its place, but in a file that only root
can read, on every node. The files are not encrypted. Other nodes are reached by ssh as root, without
a password; those that are not in the cluster need a "cibsecret sync" from another node before they
are started.

Changed secrets do not restart anything. Nodes do not change at the same moment, so that maintenance
mode is a good place for changes.
)";

class Performer {
 public:
  Performer(SecretName name, const Surroundings& surroundings, Output& output)
      : name_(std::move(name)),
        store_(surroundings.folder),
        peers_(surroundings.peers, surroundings.folder, output),
        output_(output) {}

  /// To be called first by what uses the CIB.
  Result<void> open_cib();

  Result<void> set(const std::string& value);
  Result<void> get();
  Result<void> check();
  Result<void> stash();
  Result<void> unstash();
  Result<void> erase();
  Result<void> sync();

 private:
  /// On this node and all others.
  Result<void> write_everywhere(const std::string& value);
  Result<void> remove_everywhere();
  /// An error unless the CIB has the placeholder; nothing is known of that without the CIB.
  Result<void> expect_secret() const;
  /// Writes the parameter's value into the CIB and says so.
  Result<void> set_parameter(std::string_view value);
  bool is_stashed() const { return parameter_->value() == ocf::kSecretPlaceholder; }

  SecretName name_;
  SecretStore store_;
  Peers peers_;
  Output& output_;
  std::unique_ptr<client::CibClient> cib_;
  std::optional<CibParameter> parameter_;
};

Result<void> Performer::open_cib() {
  Result<std::unique_ptr<client::CibClient>> opened =
      client::open_cib(client::cib_source_from_environment(kProgram.name));
  if (!opened) return opened.error();
  cib_ = std::move(*opened);
  Result<CibParameter> parameter = CibParameter::find(*cib_, name_);
  if (!parameter) return parameter.error();
  parameter_ = std::move(*parameter);
  return {};
}

Result<void> Performer::write_everywhere(const std::string& value) {
  if (Result<void> written = store_.write(name_, value); !written) return written;
  return peers_.write(name_, value);
}

Result<void> Performer::remove_everywhere() {
  if (Result<void> removed = store_.remove(name_); !removed) return removed;
  return peers_.remove(name_);
}

// The placeholder comes last and goes first: a node that finds it must find the secret as well.

Result<void> Performer::set(const std::string& value) {
  if (Result<void> written = write_everywhere(value); !written) return written;
  return cib_ ? set_parameter(ocf::kSecretPlaceholder) : Result<void>();
}

Result<void> Performer::set_parameter(std::string_view value) {
  Result<void> changed = parameter_->set(*cib_, value);
  if (changed) output_.line(parameter_->describe_set(value));
  return changed;
}

Result<void> Performer::expect_secret() const {
  if (!cib_ || is_stashed()) return {};
  return {Errc::kSchema, base::cat("resource ", name_.resource, " parameter ", name_.parameter,
                                   " not set as secret, nothing to check")};
}

Result<void> Performer::check() {
  if (Result<void> secret = expect_secret(); !secret) return secret;
  return store_.verify(name_);
}

Result<void> Performer::get() {
  if (Result<void> secret = expect_secret(); !secret) return secret;
  const Result<std::string> value = store_.value(name_);
  if (!value) return value.error();
  if (Result<void> verified = store_.verify(name_); !verified) return verified;
  output_.line(*value);
  return {};
}

Result<void> Performer::stash() {
  if (!parameter_->value()) {
    return {Errc::kNotFound, base::cat("nothing to stash: resource '", name_.resource,
                                       "' has no parameter '", name_.parameter, "'")};
  }
  if (is_stashed()) {
    return {Errc::kExists, base::cat("parameter '", name_.parameter, "' of resource '",
                                     name_.resource, "' is secret already")};
  }
  return set(*parameter_->value());
}

Result<void> Performer::unstash() {
  if (!is_stashed()) {
    return {Errc::kNotFound, base::cat("nothing to unstash for resource ", name_.resource,
                                       " parameter ", name_.parameter)};
  }
  const Result<std::string> value = store_.value(name_);
  if (!value) return value.error();
  if (Result<void> verified = store_.verify(name_); !verified) return verified;
  if (Result<void> shown = set_parameter(*value); !shown) return shown;
  return remove_everywhere();
}

Result<void> Performer::erase() {
  if (cib_) {
    if (Result<void> removed = parameter_->remove(*cib_); !removed) return removed;
    if (parameter_->value()) output_.line(parameter_->describe_removal());
  }
  return remove_everywhere();
}

Result<void> Performer::sync() {
  const Result<std::vector<SecretName>> names = store_.list();
  if (!names) return names.error();
  Result<void> result;
  for (const SecretName& name : *names) {
    // A value that is damaged here must not damage the other nodes'.
    Result<void> done = store_.verify(name);
    if (done) {
      const Result<std::string> value = store_.value(name);
      done = value ? peers_.write(name, *value) : Result<void>(value.error());
    }
    if (!done) result = done;
  }
  return result;
}

struct CommandRow {
  std::string_view name;
  std::size_t words;  ///< how many must follow it
  bool uses_cib;
  bool needs_cib;  ///< cannot be used with -C
  Result<void> (*perform)(Performer&, const std::vector<std::string>& words);
};

using Words = const std::vector<std::string>&;

constexpr std::array kCommands = {
    CommandRow{"set", 3, true, false, [](Performer& p, Words words) { return p.set(words[3]); }},
    CommandRow{"get", 2, true, false, [](Performer& p, Words) { return p.get(); }},
    CommandRow{"check", 2, true, false, [](Performer& p, Words) { return p.check(); }},
    CommandRow{"stash", 2, true, true, [](Performer& p, Words) { return p.stash(); }},
    CommandRow{"unstash", 2, true, true, [](Performer& p, Words) { return p.unstash(); }},
    CommandRow{"delete", 2, true, false, [](Performer& p, Words) { return p.erase(); }},
    CommandRow{"sync", 0, false, false, [](Performer& p, Words) { return p.sync(); }},
};

const CommandRow* command_named(std::string_view name) {
  for (const CommandRow& row : kCommands) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

ExitCode usage(Output& output, ExitCode code) {
  output.raw(cli::help_text(kProgram, "all"));
  return code;
}

/// The other nodes of the cluster, as its controller knows them.
Result<std::vector<Peer>> read_peers() {
  constexpr std::chrono::seconds kTimeout{30};
  Result<std::unique_ptr<client::ControllerClient>> controller =
      client::ControllerClient::connect(kProgram.name);
  if (!controller) return controller.error();
  const Result<client::NodeInfo> local = (*controller)->node_info("", "", kTimeout);
  if (!local) return local.error();
  const Result<std::vector<client::MemberInfo>> nodes = (*controller)->list_nodes(kTimeout);
  if (!nodes) return nodes.error();
  std::vector<Peer> peers;
  for (const client::MemberInfo& node : *nodes) {
    if (node.name == local->name || node.name.empty() || node.name.front() == '-') continue;
    peers.push_back({.name = node.name, .is_member = node.state == "member"});
  }
  return peers;
}

/// Whether the words after the options make a command; the exit code of what is wrong otherwise.
ExitCode check_words(const std::vector<std::string>& words) {
  const CommandRow* command = words.empty() ? nullptr : command_named(words.front());
  if (command == nullptr) return ExitCode::kUsage;
  return words.size() == command->words + 1 ? ExitCode::kOk : ExitCode::kError;
}

}  // namespace

const cli::Program kProgram = {
    .name = "cibsecret",
    .summary = "cibsecret - manage sensitive information in Pacemaker CIB",
    .groups = kGroups,
    .usage_tail = "COMMAND [PARAMETER…]",
    .epilogue = kEpilogue,
    .formats = {},
};

std::size_t position_of_command(const std::vector<std::string>& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at].substr(0, 1) == "-") ++at;
  return at;
}

ExitCode run(const CommandLine& line, Output& output) {
  if (const ExitCode code = check_words(line.arguments); code != ExitCode::kOk) {
    return usage(output, code);
  }
  Surroundings surroundings;
  // A CIB in a file belongs to no other nodes.
  if (client::cib_source_from_environment(kProgram.name).file.empty()) {
    Result<std::vector<Peer>> peers = read_peers();
    if (!peers) {
      output.error("ERROR: pacemaker not running? cibsecret needs pacemaker");
      return ExitCode::kUnavailable;
    }
    surroundings.peers = std::move(*peers);
  }
  return perform(line, surroundings, output);
}

ExitCode perform(const CommandLine& line, const Surroundings& surroundings, Output& output) {
  const std::vector<std::string>& words = line.arguments;
  if (const ExitCode code = check_words(words); code != ExitCode::kOk) return usage(output, code);
  const CommandRow& command = *command_named(words.front());
  if (command.needs_cib && line.has(kNoCib)) {
    output.error(base::cat("ERROR: ", command.name, " cannot be used with -C"));
    return ExitCode::kUsage;
  }
  SecretName name;
  if (command.words > 0) name = {.resource = words[1], .parameter = words[2]};
  Result<void> done;
  if (command.words > 0) done = check(name);
  Performer performer(std::move(name), surroundings, output);
  if (done && command.uses_cib && !line.has(kNoCib)) done = performer.open_cib();
  if (done) done = command.perform(performer, words);
  if (done) return ExitCode::kOk;
  const Error& error = done.error();
  output.error(base::cat(
      "ERROR: ", error.message.empty() ? std::string(describe(error.code)) : error.message));
  return cli::exit_code_for(error.code);
}

}  // namespace systole::crmd::cibsecret
