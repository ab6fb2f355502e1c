#include "crmd/tools/cibsecret/peers.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "lib/base/md5.h"
#include "lib/base/strings.h"
#include "lib/process/child.h"
#include "lib/process/command.h"

namespace systole::crmd::cibsecret {
namespace {

using base::Errc;
using base::Result;

constexpr base::Milliseconds kTimeout{60000};

/// The program in the caller's PATH; empty when it is not installed.
std::string program_path(std::string_view name) {
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : base::split(path == nullptr ? "/usr/bin:/bin" : path, ":")) {
    std::string candidate = base::cat(folder, "/", name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

/// As one word of the shell.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out += "'";
}

std::vector<std::string> whole_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) out.emplace_back(*entry);
  return out;
}

}  // namespace

Result<void> Peers::write(const SecretName& name, const std::string& value) {
  // The secret comes over standard input, since every user of a node sees its command lines. Both
  // files get their names only when they are whole.
  const std::string script = base::cat(
      "set -e; umask 077; d=", quoted(base::cat(folder_, "/", name.resource)),
      "; mkdir -p \"$d\"; IFS= read -r sign; cat >\"$d/.new\"; "
      "printf '%s\\n' \"$sign\" >\"$d/.new.sign\"; mv -f \"$d/.new\" \"$d/\"",
      quoted(name.parameter), "; mv -f \"$d/.new.sign\" \"$d/\"", quoted(name.parameter), ".sign");
  return run(script, base::cat(base::md5_hex(value), "\n", value, "\n"));
}

Result<void> Peers::remove(const SecretName& name) {
  const std::string path = quoted(base::cat(folder_, "/", name.resource, "/", name.parameter));
  return run(base::cat("rm -f -- ", path, " ", path, ".sign"), "");
}

Result<void> Peers::run(const std::string& script, const std::string& input) {
  Result<void> result;
  const std::string ssh = program_path("ssh");
  for (const Peer& peer : peers_) {
    if (!peer.is_member) {
      if (!has_warned_) {
        output_.error(base::cat("WARNING: ", peer.name,
                                " is not in the cluster; run 'cibsecret sync' when it is back"));
      }
      continue;
    }
    if (ssh.empty()) return {Errc::kNoSuchFile, "ssh is not installed: cannot reach other nodes"};
    // The words after the node's name are joined and given to the shell of the other side.
    const Result<process::Outcome> outcome =
        process::run({.argv = {ssh, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-l", "root",
                               "--", peer.name, script},
                      .environment = whole_environment(),
                      .input = input},
                     {.timeout = kTimeout});
    const bool ok = outcome && outcome->end == process::End::kExited && outcome->code == 0;
    if (ok) continue;
    const std::string why =
        outcome ? std::string(base::trim(outcome->err.text())) : outcome.error().message;
    output_.error(base::cat("ERROR: could not change the secrets of ", peer.name, ": ", why));
    result = {Errc::kInternal, "not all nodes have the secret values of this one"};
  }
  has_warned_ = true;
  return result;
}

}  // namespace systole::crmd::cibsecret
