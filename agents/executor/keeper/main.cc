// systole-agent-keeper TIMEOUT_MS GRACE_MS PROGRAM [ARGUMENT...]
//
// Watches one run of an agent in the executor's stead, so that the run goes on and its result is
// kept when the executor is killed. Descriptor 3 is the run file. SIGTERM stops the agent.

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "agents/executor/keeper/run_file.h"
#include "lib/base/strings.h"
#include "lib/process/child.h"

namespace {

using systole::base::Milliseconds;
using systole::process::Command;
using systole::process::Limits;

constexpr std::size_t kKeptOutput = 16 * 1024;

std::optional<Milliseconds> milliseconds(const char* text) {
  const auto count = systole::base::parse_integer<long>(text);
  if (!count || *count < 0) return std::nullopt;
  return Milliseconds(*count);
}

int stop_requests() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  const std::optional<Milliseconds> timeout = milliseconds(argv[1]);
  const std::optional<Milliseconds> grace = milliseconds(argv[2]);
  if (!timeout || !grace) return 64;
  const int stop = stop_requests();
  systole::executor::write_keeper(systole::executor::kRunFileDescriptor, getpid());
  Command command{.argv = std::vector<std::string>(argv + 3, argv + argc), .directory = "."};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    command.environment.emplace_back(*variable);
  }
  command.umask = umask(0);
  const Limits limits{
      .timeout = *timeout, .grace = *grace, .head_bytes = kKeptOutput, .tail_bytes = kKeptOutput};
  systole::executor::write_outcome(systole::executor::kRunFileDescriptor,
                                   systole::process::run(command, limits, stop));
  return 0;
}
