#include "crmd/tools/monitor/follow.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "crmd/tools/monitor/external_agent.h"
#include "crmd/tools/monitor/feed.h"
#include "crmd/tools/monitor/page.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd::monitor {
namespace {

using base::Errc;
using base::Result;

bool is_file_name(const std::string& destination) {
  return !destination.empty() && destination != "-";
}

/// Whether the file can be replaced by another one under its name: what is no regular file (a
/// pipe, a terminal) is written to.
bool is_replaceable(const std::string& path) {
  struct stat there {};
  return lstat(path.c_str(), &there) != 0 || S_ISREG(there.st_mode);
}

class Follower {
 public:
  Follower(const Settings& settings, cli::Output::Options page)
      : settings_(settings),
        page_(std::move(page)),
        agent_(loop_, settings_),
        feed_(loop_, {.changed = [this] { write(); },
                      .cib_changed = [this](const xml::Document& cib) { agent_.see(cib); },
                      .fenced = [this](const client::FenceEvent& event) { agent_.see(event); }}) {
    page_.html.refresh_seconds =
        static_cast<int>(std::chrono::ceil<std::chrono::seconds>(settings_.interval).count());
  }

  Result<void> run() {
    Result<daemon::Watch> end = loop_.on_signal(SIGTERM, [this] { loop_.stop(); });
    Result<daemon::Watch> interrupt = loop_.on_signal(SIGINT, [this] { loop_.stop(); });
    if (!end || !interrupt) return {Errc::kInternal, "cannot watch signals"};
    feed_.start();
    loop_.run();
    return failure_;
  }

 private:
  void write() {
    again_ = loop_.call_after(settings_.interval, [this] { write(); });
    // With nothing but an external agent there is no page.
    if (settings_.daemonize && !is_file_name(page_.destination)) return;
    const Result<void> written = write_file();
    if (written) return;
    failure_ = written;
    loop_.stop();
  }

  Result<void> write_file() {
    if (!is_file_name(page_.destination)) return print(page_.destination);
    if (!is_replaceable(page_.destination)) return print(page_.destination);
    const std::string draft = page_.destination + ".new";
    if (Result<void> printed = print(draft); !printed) return printed;
    if (std::rename(draft.c_str(), page_.destination.c_str()) == 0) return {};
    return {base::errc_from_legacy(errno),
            base::cat("cannot write ", page_.destination, ": ", std::strerror(errno))};
  }

  Result<void> print(const std::string& path) {
    cli::Output::Options options = page_;
    options.destination = path;
    Result<cli::Output> output = cli::Output::open(options);
    if (!output) return output.error();
    if (!feed_.lost().empty()) output->error(base::cat("Not connected to cluster: ", feed_.lost()));
    if (feed_.has_cib()) {
      Result<Snapshot> snapshot = feed_.snapshot(settings_);
      if (!snapshot) return snapshot.error();
      write_page(snapshot->view, *output);
    }
    const int code = output->finish(cli::ExitCode::kOk);
    if (code == 0) return {};
    return {Errc::kIo, base::cat("cannot write ", path)};
  }

  Settings settings_;
  cli::Output::Options page_;
  daemon::EventLoop loop_;
  Result<void> failure_;
  daemon::Timer again_;
  ExternalAgent agent_;
  Feed feed_;
};

Result<void> check_pid_file(const std::string& path) {
  std::ifstream file(path);
  pid_t other = 0;
  if (!(file >> other) || other <= 0 || other == getpid()) return {};
  if (kill(other, 0) != 0 && errno == ESRCH) return {};
  return {Errc::kExists, base::cat("already running with pid ", other, " (", path, ")")};
}

Result<void> write_pid_file(const std::string& path) {
  // Not through a symbolic link: the default place is a folder that everybody writes to.
  std::remove(path.c_str());
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) {
    return {base::errc_from_legacy(errno),
            base::cat("cannot write ", path, ": ", std::strerror(errno))};
  }
  const bool written = dprintf(file, "%*d\n", 10, static_cast<int>(getpid())) > 0;
  close(file);
  if (written) return {};
  return {Errc::kIo, base::cat("cannot write ", path)};
}

}  // namespace

void write_page(const View& view, cli::Output& output) {
  if (output.is_structured()) {
    add_page_xml(view, output.root());
  } else {
    print_page(view, output);
  }
}

Result<void> follow_cluster(const Settings& settings, const cli::Output::Options& page) {
  Result<void> followed = Follower(settings, page).run();
  if (settings.daemonize) std::remove(settings.pid_file.c_str());
  return followed;
}

Result<void> go_to_background(const std::string& pid_file) {
  if (Result<void> free = check_pid_file(pid_file); !free) return free;
  const pid_t child = fork();
  if (child < 0) return {Errc::kBusy, base::cat("cannot fork: ", std::strerror(errno))};
  if (child > 0) _exit(0);
  if (Result<void> written = write_pid_file(pid_file); !written) return written;
  setsid();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  return {};
}

}  // namespace systole::crmd::monitor
