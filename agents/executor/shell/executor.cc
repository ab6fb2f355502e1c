#include "agents/executor/shell/executor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "agents/executor/core/step.h"
#include "agents/executor/shell/agent_result.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/credentials.h"
#include "lib/ocf/answer.h"
#include "lib/ocf/environment.h"

namespace systole::executor {
namespace {

using base::Errc;
using base::LogLevel;

constexpr Milliseconds kLastWords{200};

Now read_clocks() {
  return {.steady = std::chrono::duration_cast<Milliseconds>(
              std::chrono::steady_clock::now().time_since_epoch()),
          .epoch = std::chrono::duration_cast<std::chrono::seconds>(
              std::chrono::system_clock::now().time_since_epoch())};
}

std::string run_folder(const ExecutorOptions& options) {
  return base::cat(options.state_folder, "/runs");
}
std::string journal_path(const ExecutorOptions& options) {
  return base::cat(options.state_folder, "/journal");
}

AgentRunnerSettings runner_settings(const ExecutorOptions& options) {
  return {.run_folder = run_folder(options),
          .keeper_path = options.keeper_path,
          .environment = options.environment,
          .working_directory = options.working_directory,
          .secrets_folder = options.secrets_folder,
          .roots = options.roots};
}

base::Result<void> make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return {};
  struct stat there {};
  if (errno != EEXIST || lstat(path.c_str(), &there) != 0) {
    return {Errc::kIo, base::cat("cannot make folder ", path, ": ", strerror(errno))};
  }
  // Another user's folder could be made to hold other results than ours.
  if (!S_ISDIR(there.st_mode) || there.st_uid != geteuid()) {
    return {Errc::kPermission, base::cat(path, " is no folder of ours")};
  }
  return {};
}

void log_result(const OperationResult& result) {
  const bool good = result.result.status == model::ExecutionStatus::kDone &&
                    (result.result.code == model::ExitCode::kOk ||
                     result.result.code == model::ExitCode::kRunningPromoted);
  base::log(good ? LogLevel::kInfo : LogLevel::kNotice, result.operation.action, " of ",
            result.operation.resource, " (call ", result.call.value(), ", interval ",
            result.operation.interval.count(), " ms): ", model::describe(result.result.status),
            ", ", static_cast<int>(result.result.code), " (", model::describe(result.result.code),
            ") after ", result.result.run_time.count(), " ms",
            result.result.exit_reason.empty() ? "" : ": ", result.result.exit_reason);
}

}  // namespace

base::Result<std::unique_ptr<Executor>> Executor::start(daemon::EventLoop& loop,
                                                        ExecutorOptions options,
                                                        AgentRunner::Managers managers) {
  std::unique_ptr<Executor> executor(new Executor(loop, std::move(options), managers));
  if (base::Result<void> done = executor->prepare_folder(); !done) return done.error();
  if (base::Result<void> done = executor->open_journal(); !done) return done.error();
  executor->take_up();
  if (base::Result<void> done = executor->serve(); !done) return done.error();
  return executor;
}

Executor::Executor(daemon::EventLoop& loop, ExecutorOptions options, AgentRunner::Managers managers)
    : loop_(loop),
      options_(std::move(options)),
      agents_(loop, runner_settings(options_), managers,
              {.ended =
                   [this](RunId run, const AgentResult& result) {
                     feed(RunEnded{.run = run, .result = result});
                     // Its result is in the journal now.
                     agents_.clean_up(run);
                   },
               .lost =
                   [this](RunId run) {
                     feed(RunLost{run});
                     agents_.clean_up(run);
                   }}),
      alerts_(loop),
      endpoint_({.take_call = [this] { return take_number(); },
                 .feed = [this](const Event& event) { feed(event); },
                 .state = [this]() -> const State& { return state_; },
                 .run_alert = [this](const Alert& alert) { run_alert(alert); }}) {}

base::Result<void> Executor::prepare_folder() {
  if (base::Result<void> done = make_folder(options_.state_folder); !done) return done;
  if (base::Result<void> done = make_folder(run_folder(options_)); !done) return done;
  const std::string path = base::cat(options_.state_folder, "/lock");
  lock_ = process::UniqueFd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) return {Errc::kIo, base::cat("cannot open ", path, ": ", strerror(errno))};
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return {Errc::kExists, base::cat("another executor uses ", options_.state_folder)};
  }
  return {};
}

base::Result<void> Executor::open_journal() {
  const std::string path = journal_path(options_);
  base::Result<Journal> journal = Journal::open(path);
  if (!journal && journal.error().code == Errc::kInvalidArgument) {
    const std::string aside = base::cat(path, ".unreadable");
    base::log(LogLevel::kError, journal.error().message, "; it is kept as ", aside,
              ", and the executor starts with nothing");
    if (rename(path.c_str(), aside.c_str()) != 0) {
      return {Errc::kIo, base::cat("cannot rename ", path, ": ", strerror(errno))};
    }
    journal = Journal::open(path);
  }
  if (!journal) return journal.error();
  journal_ = std::make_unique<Journal>(std::move(*journal));
  return {};
}

void Executor::take_up() {
  const std::vector<Record> records = journal_->take_records();
  const std::vector<RunId> runs = restore(state_, records, read_clocks());
  agents_.clean_up_except(runs);
  for (const RunId run : runs) {
    const Action& action = state_.actions.at(state_.runs.at(run));
    agents_.adopt(run, state_.resources.at(action.operation.resource).resource.agent,
                  action.operation);
  }
  if (!state_.resources.empty()) {
    base::log(LogLevel::kNotice, "taken up from an earlier process: ", state_.resources.size(),
              " resources, ", state_.actions.size(), " operations, of which ", runs.size(),
              " ran, ", state_.held.size(), " results");
  }
}

base::Result<void> Executor::serve() {
  if (base::Result<void> done = endpoint_.start(loop_, options_.endpoint); !done) return done;
  feed(Tick{});
  return {};
}

void Executor::end(std::function<void()> ended) {
  const auto decide = [this, ended = std::move(ended)] {
    if (relied_on()) {
      base::log(LogLevel::kNotice, "ending with ", state_.runs.size(), " agents running and ",
                state_.clients.size(), " clients; the next executor takes up what is left");
    } else {
      forget_everything();
    }
    ended();
  };
  // That the controller ended a moment before may not have been noticed yet.
  end_ = loop_.call_after(relied_on() ? kLastWords : Milliseconds(0), decide);
}

void Executor::forget_everything() {
  unlink(journal_path(options_).c_str());
  agents_.clean_up_except({});
}

CallId Executor::take_number() {
  Effects effects;
  const CallId call = take_call(state_, effects);
  carry_out(effects);
  return call;
}

void Executor::feed(const Event& event) {
  carry_out(step(state_, event, read_clocks()));
  arm_timer();
}

void Executor::carry_out(const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* deliver = std::get_if<Deliver>(&effect)) log_result(deliver->result);
    std::visit([this](const auto& kind) { carry_out(kind); }, effect);
  }
}

void Executor::record(const base::Result<void>& written) {
  if (!written && !journal_fails_) {
    base::log(LogLevel::kError, written.error().message,
              "; operations go on, but a kill of this process would lose their results");
  } else if (written && journal_fails_) {
    base::log(LogLevel::kNotice, "the journal is written again");
  }
  journal_fails_ = !written;
}

void Executor::run_alert(const Alert& alert) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const Parameter& each : alert.environment) variables.emplace_back(each.name, each.value);
  const std::string number = std::to_string(++alerts_so_far_);
  variables.emplace_back("CRM_alert_node_sequence", number);
  variables.emplace_back("CRM_notify_node_sequence", number);
  process::Command command{.argv = {alert.path},
                           .environment = ocf::environment_with(variables, options_.environment),
                           .directory = options_.working_directory};
  const auto uid = ipc::daemon_uid();
  const auto gid = ipc::daemon_gid();
  if (geteuid() == 0 && uid && gid) command.user = process::User{.uid = *uid, .gid = *gid};
  const auto run = alerts_.start(
      command, {.timeout = alert.timeout, .head_bytes = 4096, .tail_bytes = 4096},
      [id = alert.id](const process::Outcome& outcome) {
        if (outcome.end == process::End::kExited && outcome.code == 0) {
          base::log(LogLevel::kInfo, "alert ", id, " was sent");
          return;
        }
        base::log(LogLevel::kWarning, "alert ", id,
                  outcome.end == process::End::kTimedOut ? " ran out of time" : " failed", ": ",
                  ocf::printable_output(outcome.out.text(), outcome.err.text()));
      });
  if (!run) base::log(LogLevel::kWarning, "alert ", alert.id, ": ", run.error().message);
}

void Executor::arm_timer() {
  const std::optional<Milliseconds> deadline = next_deadline(state_);
  if (!deadline) {
    timer_.cancel();
    return;
  }
  timer_ = loop_.call_after(*deadline - read_clocks().steady, [this] { feed(Tick{}); });
}

}  // namespace systole::executor
