#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crmd/tools/cibsecret/secret_store.h"
#include "lib/base/result.h"
#include "lib/cli/output.h"

namespace systole::crmd::cibsecret {

/// Another node of the cluster.
struct Peer {
  std::string name;
  bool is_member = false;
};

/// The other nodes' secrets, over ssh as root and without a password. Nodes that are not in the
/// cluster are told to the user and left alone; an error on one that is leaves the others served
/// and is returned after all of them.
class Peers {
 public:
  /// `folder` is where the secrets are on every node.
  Peers(std::vector<Peer> peers, std::string folder, cli::Output& output)
      : peers_(std::move(peers)), folder_(std::move(folder)), output_(output) {}

  base::Result<void> write(const SecretName& name, const std::string& value);
  base::Result<void> remove(const SecretName& name);

 private:
  /// Runs a script of the shell on every member, with `input` to read.
  base::Result<void> run(const std::string& script, const std::string& input);

  std::vector<Peer> peers_;
  std::string folder_;
  cli::Output& output_;
  bool has_warned_ = false;
};

}  // namespace systole::crmd::cibsecret
