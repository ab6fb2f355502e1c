#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fencing/shell/fencer_daemon.h"
#include "fencing/shell/lone_cluster.h"
#include "fencing/shell/metadata.h"
#include "lib/base/end_code.h"
#include "lib/base/log.h"
#include "lib/daemon/process_setup.h"
#include "lib/process/descriptor_limit.h"

namespace systole::fencing {
namespace {

constexpr int kExitOk = static_cast<int>(base::EndCode::kOk);
constexpr int kExitError = static_cast<int>(base::EndCode::kError);
constexpr int kExitDisconnected = static_cast<int>(base::EndCode::kDisconnected);
constexpr int kExitUsage = 64;
constexpr std::chrono::seconds kConnectLimit{30};

constexpr const char* kHelp =
    "pacemaker-fenced - daemon for executing fencing devices in a Pacemaker cluster\n"
    "Usage: pacemaker-fenced [options]\n"
    "Options:\n"
    " -s, --stand-alone\t\tServe this node alone, without Corosync and CIB\n"
    " -c, --stand-alone-w-cpg\t\tUse Corosync, but no CIB\n"
    " -l, --logfile=value\t\n"
    " -V, --verbose\t\n"
    " -$, --version\t\n"
    " -?, --help\t\n";

struct Arguments {
  bool lone = false;
  bool without_cib = false;
  bool version = false;
  bool metadata = false;
  bool help = false;
  bool bad = false;
  bool verbose = false;
  std::string log_file;
};

Arguments read_arguments(int argc, char** argv) {
  Arguments read;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "metadata") {
      read.metadata = true;
    } else if (word == "-s" || word == "--stand-alone") {
      read.lone = true;
    } else if (word == "-c" || word == "--stand-alone-w-cpg") {
      read.without_cib = true;
    } else if (word == "-l" && i + 1 < argc) {
      read.log_file = argv[++i];
    } else if (word.starts_with("--logfile=")) {
      read.log_file = word.substr(std::string_view("--logfile=").size());
    } else if (word == "-V" || word == "--verbose") {
      read.verbose = true;
    } else if (word == "-$" || word == "--version") {
      read.version = true;
    } else if (word == "-?" || word == "--help") {
      read.help = true;
    } else {
      read.bad = true;
    }
  }
  return read;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

base::Result<std::unique_ptr<cluster::Cluster>> connect(daemon::EventLoop& loop,
                                                        const Arguments& arguments) {
  if (!arguments.lone) return cluster::connect_corosync(loop, kConnectLimit);
  return std::unique_ptr<cluster::Cluster>(std::make_unique<LoneCluster>(loop, host_name()));
}

/// Runs until a signal or until the daemon cannot go on.
int serve(const Arguments& arguments) {
  daemon::EventLoop loop;
  auto cluster = connect(loop, arguments);
  if (!cluster) {
    base::log(base::LogLevel::kCritical, "no connection to Corosync: ", cluster.error().message);
    return kExitDisconnected;
  }
  int exit_code = kExitOk;
  const auto fail = [&](const base::Error& error) {
    base::log(base::LogLevel::kCritical, "the fencer ends: ", error.message);
    exit_code = error.code == base::Errc::kExists ? kExitOk : kExitDisconnected;
    loop.stop();
  };
  std::vector<daemon::Watch> signals;
  for (const int number : {SIGTERM, SIGINT}) {
    auto watch = loop.on_signal(number, [&loop, number] {
      base::log(base::LogLevel::kNotice, "told to end by signal ", number);
      loop.stop();
    });
    if (!watch) {
      base::log(base::LogLevel::kCritical, "cannot start: ", watch.error().message);
      return kExitError;
    }
    signals.push_back(std::move(*watch));
  }
  std::unique_ptr<FencerDaemon> fencer;
  const auto started = (*cluster)->start({.on_quorum = [](const cluster::Quorum&) {},
                                          .on_nodes =
                                              [&fencer](const auto&) {
                                                if (fencer) fencer->nodes_changed();
                                              },
                                          .may_stop = [] { return true; },
                                          .on_lost = fail});
  FencerDaemon::Options options;
  options.watch_cib = !arguments.lone && !arguments.without_cib;
  fencer = std::make_unique<FencerDaemon>(loop, **cluster, options, fail);
  if (!started) {
    fail(started.error());
  } else if (const auto joined = fencer->start(); !joined) {
    fail(joined.error());
  }
  loop.run();
  return exit_code;
}

int run(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv);
  if (arguments.metadata) {
    std::fputs(device_parameters_metadata().c_str(), stdout);
    return kExitOk;
  }
  if (arguments.help || arguments.bad) {
    std::fputs(kHelp, arguments.help ? stdout : stderr);
    return arguments.help ? kExitOk : kExitUsage;
  }
  if (arguments.version) {
    std::puts("Pacemaker 2.1.5");
    std::puts("Written by the authors of Systole");
    return kExitOk;
  }
  if (!arguments.log_file.empty()) setenv("PCMK_logfile", arguments.log_file.c_str(), 1);
  if (arguments.verbose) setenv("PCMK_debug", "yes", 1);
  daemon::set_up_process("pacemaker-fenced");
  process::raise_descriptor_limit();
  return serve(arguments);
}

}  // namespace
}  // namespace systole::fencing

int main(int argc, char** argv) {
  return systole::fencing::run(argc, argv);
}
