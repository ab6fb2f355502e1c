#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "crmd/tools/cibsecret/peers.h"
#include "lib/cli/option.h"
#include "lib/cli/tool.h"
#include "lib/ocf/secrets.h"

namespace systole::crmd::cibsecret {

extern const cli::Program kProgram;

/// Where the first word is that is no option; the number of words when all are options.
std::size_t position_of_command(const std::vector<std::string>& words);

/// What a command works on besides the CIB.
struct Surroundings {
  std::string folder{ocf::kSecretsFolder};
  std::vector<Peer> peers = {};
};

/// Keeps parameters of resources out of the CIB.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);
cli::ExitCode perform(const cli::CommandLine& command_line, const Surroundings& surroundings,
                      cli::Output& output);

}  // namespace systole::crmd::cibsecret
