#include "crmd/supervisor/shell.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "crmd/supervisor/node_reset.h"
#include "crmd/supervisor/process_finder.h"
#include "lib/base/end_code.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/log_sink.h"
#include "lib/daemon/service_notify.h"
#include "lib/ipc/credentials.h"
#include "lib/process/spawn.h"

namespace systole::supervisor {

using base::log;
using base::LogLevel;

namespace {

constexpr std::chrono::milliseconds kProbeLimit{1000};

ExitStatus to_status(int wait_status) {
  if (WIFEXITED(wait_status)) return {ExitStatus::Kind::kExited, WEXITSTATUS(wait_status)};
  if (WIFSIGNALED(wait_status)) return {ExitStatus::Kind::kSignaled, WTERMSIG(wait_status)};
  return {};
}

// sbd calls itself "173_sbd:pcmk", but anybody can. What is taken for it is waited for at the end.
bool is_sbd(const ipc::Peer& peer, const ClientRequest& request) {
  if (peer.uid != 0 || request.sender.find("sbd") == std::string::npos) return false;
  const std::string program = program_of(peer.pid);
  return program.substr(program.rfind('/') + 1) == "sbd";
}

}  // namespace

Shell::Shell(daemon::EventLoop& loop, Settings settings, ChildOptions children)
    : loop_(loop), children_(std::move(children)), core_(settings) {}

Shell::~Shell() {
  *alive_ = false;
}

base::Result<void> Shell::serve(std::string_view service_name) {
  auto server = ipc::Server::start(
      loop_, service_name,
      {.on_connect = {},
       .on_request = [this](const ipc::Peer& peer,
                            const ipc::Message& message) { on_request(peer, message); },
       .on_disconnect = [this](const ipc::Peer& peer) { on_disconnect(peer); }});
  if (!server) return server.error();
  server_ = std::move(*server);
  return {};
}

void Shell::handle(const Event& event) {
  const auto now = std::chrono::duration_cast<Milliseconds>(Clock::now().time_since_epoch());
  for (const Effect& effect : core_.step(event, now)) {
    std::visit([this](const auto& each) { apply(each); }, effect);
  }
}

void Shell::apply(const effect::Find& find) {
  const Child child = find.child;
  probes_[child] = std::make_unique<ipc::Probe>(
      loop_, traits(child).endpoint, kProbeLimit, [this, child](auto server) {
        if (server.ok() && server->uid == child_user(child)) {
          adopt(child, server->pid);
        } else {
          find_by_name(child);
        }
      });
}

// A daemon that was just started, or hangs, serves nothing but must not be started twice.
void Shell::find_by_name(Child child) {
  const auto pid = find_process(program_path(child, children_.folder), child_user(child));
  if (pid) {
    adopt(child, *pid);
  } else {
    handle(event::NotFound{child});
  }
}

void Shell::adopt(Child child, pid_t pid) {
  auto watch = loop_.on_process_exit(pid, [this, child, pid] {
    handle(event::Ended{child, pid, ExitStatus{}});
  });
  if (!watch) {
    // It has ended meanwhile.
    handle(event::NotFound{child});
    return;
  }
  processes_[child] = std::move(*watch);
  handle(event::Found{child, pid});
}

void Shell::apply(const effect::Spawn& spawn) {
  const Child child = spawn.child;
  // A failure is told later, since it leads to the next attempt, and that may fail as well.
  const auto report = [this, alive = alive_](Event event) {
    loop_.post([this, alive, event = std::move(event)] {
      if (*alive) handle(event);
    });
  };
  const auto command = child_command(child, children_, spawn.again);
  if (!command) {
    report(event::SpawnFailed{child, command.error().message});
    return;
  }
  const process::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  // Whoever wants the daemons' messages on standard error wants them on ours.
  const bool to_stderr = daemon::log_settings_from_environment(traits(child).program).to_stderr;
  const int err = to_stderr ? STDERR_FILENO : null.get();
  const auto spawned = process::spawn(*command, {.in = null.get(), .out = null.get(), .err = err});
  if (!spawned) {
    report(event::SpawnFailed{child, spawned.error().message});
    return;
  }
  const pid_t pid = spawned->pid;
  auto watch = loop_.on_child_exit(pid, [this, child, pid](int wait_status) {
    handle(event::Ended{child, pid, to_status(wait_status)});
  });
  if (!watch) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    report(event::SpawnFailed{child, watch.error().message});
    return;
  }
  processes_[child] = std::move(*watch);
  handle(event::Spawned{child, pid});
}

void Shell::apply(const effect::Signal& signal) {
  if (kill(signal.pid, signal.number) != 0) {
    log(LogLevel::kWarning, "cannot signal process ", signal.pid, ": ", std::strerror(errno),
        ", ignoring");
  }
}

void Shell::apply(const effect::Check& check) {
  const Child child = check.child;
  const pid_t pid = check.pid;
  probes_[child] = std::make_unique<ipc::Probe>(loop_, traits(child).endpoint, kProbeLimit,
                                                [this, child, pid](auto server) {
                                                  if (server.ok() && server->pid == pid) {
                                                    handle(event::Answered{child});
                                                  } else {
                                                    handle(event::Silent{child});
                                                  }
                                                });
}

void Shell::apply(const effect::ArmTimer& arm) {
  timers_[{arm.kind, arm.child}] = loop_.call_after(arm.delay, [this, arm] {
    handle(event::TimerFired{arm.kind, arm.child});
  });
}

void Shell::apply(const effect::CancelTimer& cancel) {
  timers_.erase({cancel.kind, cancel.child});
}

void Shell::apply(const effect::Announce& announce) {
  switch (announce.phase) {
    case Phase::kRunning:
      log(LogLevel::kNotice, "all daemons are ready");
      daemon::notify_service_manager("READY=1\nSTATUS=running");
      break;
    case Phase::kShuttingDown:
      log(LogLevel::kNotice, "shutting down");
      daemon::notify_service_manager("STOPPING=1\nSTATUS=shutting down");
      break;
    case Phase::kShutdownComplete:
      log(LogLevel::kNotice, "shutdown complete");
      break;
    case Phase::kWaitForPing:
      log(LogLevel::kNotice, "waiting for sbd before anything is started");
      daemon::notify_service_manager("STATUS=waiting for sbd");
      break;
    case Phase::kInit:
    case Phase::kStartingDaemons:
      break;
  }
}

void Shell::apply(const effect::AnswerPing& answer) {
  const auto ping = pings_.extract(answer.token.value());
  if (ping.empty()) return;
  const WaitingPing& waiting = ping.mapped();
  // A client that has gone needs no answer.
  (void)server_
      ->send_event(waiting.connection,
                   make_ping_reply(waiting.request, core_.phase(), checked_at()))
      .ok();
}

void Shell::apply(const effect::Report& report) {
  log(report.level, report.text);
}

void Shell::apply(const effect::Panic& panic) {
  reset_node(panic_action_from_environment(), panic.reason);
  log(LogLevel::kCritical, "cannot reset this node, ending instead: ", panic.reason);
  apply(effect::Exit{.code = static_cast<int>(base::EndCode::kPanic)});
}

void Shell::apply(const effect::Exit& exit) {
  exit_code_ = exit.code;
  loop_.stop();
}

void Shell::on_disconnect(const ipc::Peer& peer) {
  if (sbd_ != peer.connection) return;
  sbd_.reset();
  handle(event::SbdLeft{});
}

void Shell::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  const auto acknowledge = [&](AckStatus status) {
    if (!message.expects_response()) return;
    (void)server_->respond(peer.connection, message.id, make_ack(status)).ok();
  };
  const auto request = parse_client_request(message.text);
  if (!request) {
    log(LogLevel::kWarning, "process ", peer.pid, " of user ", peer.user,
        " sent what is no request: ", request.error().message);
    acknowledge(AckStatus::kProtocol);
    return;
  }
  switch (request->task) {
    case Task::kPing:
    case Task::kQuit:
      acknowledge(AckStatus::kReplyFollows);
      answer(peer, *request);
      break;
    case Task::kForgetNode:
      acknowledge(AckStatus::kDone);
      break;
    case Task::kUnknown:
      log(LogLevel::kInfo, "process ", peer.pid, " of user ", peer.user, " asks for '",
          request->task_name, "', which is not known here");
      acknowledge(AckStatus::kNotKnown);
      break;
  }
}

void Shell::answer(const ipc::Peer& peer, const ClientRequest& request) {
  if (request.task == Task::kPing) {
    const std::uint64_t token = next_ping_++;
    pings_[token] = WaitingPing{.connection = peer.connection, .request = request};
    const bool sbd = is_sbd(peer, request);
    if (sbd) sbd_ = peer.connection;
    handle(event::Pinged{.token = PingToken(token), .sbd = sbd});
    return;
  }
  (void)server_->send_event(peer.connection, make_quit_reply(request, peer.privileged)).ok();
  if (!peer.privileged) return;
  log(LogLevel::kNotice, "process ", peer.pid, " of user ", peer.user, " asks for a shutdown");
  handle(event::StopRequested{});
}

std::int64_t Shell::checked_at() const {
  using std::chrono::seconds;
  const auto last = core_.last_check();
  const auto age = last ? Clock::now().time_since_epoch() - *last : Clock::duration::zero();
  const auto wall = std::chrono::system_clock::now().time_since_epoch() - age;
  return std::chrono::duration_cast<seconds>(wall).count();
}

}  // namespace systole::supervisor
