#include "crmd/tools/crm_resource/settle.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/crm_resource/pending.h"
#include "crmd/tools/crm_resource/time_limit.h"
#include "crmd/tools/failure_text.h"
#include "lib/base/strings.h"
#include "lib/client/controller_client.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Errc;
using base::Result;
using cli::ExitCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kIdle = "S_IDLE";
constexpr milliseconds kBetweenQuestions{200};
constexpr milliseconds kAnswerTimeout{5000};
/// Without a limit from the user. Longer than any sensible start or stop.
constexpr std::chrono::hours kDefaultLimit{1};

/// What there was no time for. Without an answer from the CIB the timeout is all there is to tell.
void show_pending(Context& context) {
  if (!context.reload()) return;
  context.out.line("Pending actions:");
  for (const std::string& action : pending_actions(context.snapshot())) {
    context.out.line("\t" + action);
  }
}

/// Nobody carries out what is to do about a CIB in a file; whoever writes it may say that it is
/// done.
Result<void> wait_for_file(Context& context, steady_clock::time_point deadline) {
  for (;;) {
    const milliseconds left =
        std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return {Errc::kTimeout, "Timed out waiting for the file to change"};
    if (Result<void> read = context.reload(); !read) return read;
    if (pending_actions(context.snapshot()).empty()) return {};
    std::this_thread::sleep_for(std::min(left, kBetweenQuestions));
  }
}

}  // namespace

Result<void> wait_until_idle(steady_clock::time_point deadline) {
  Result<std::unique_ptr<client::ControllerClient>> controller =
      client::ControllerClient::connect(kProgram.name);
  if (!controller) {
    return {controller.error().code,
            base::cat("Error connecting to the controller: ", failure_text(controller.error()))};
  }
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) {
      return {Errc::kTimeout, "Timed out waiting for the cluster to settle"};
    }
    const Result<client::ControllerHealth> health =
        (*controller)->ping("", std::min(left, kAnswerTimeout));
    if (health && health->state == kIdle) return {};
    // No answer: there is no coordinator just now. That passes, or the deadline does.
    if (!health && health.error().code != Errc::kTimeout) return health.error();
    std::this_thread::sleep_for(std::min(left, kBetweenQuestions));
  }
}

ExitCode wait_until_settled(Context& context) {
  const auto deadline = steady_clock::now() + time_limit(context).value_or(kDefaultLimit);
  const Result<void> settled =
      context.cib().is_live() ? wait_until_idle(deadline) : wait_for_file(context, deadline);
  if (settled) return ExitCode::kOk;
  if (settled.error().code != Errc::kTimeout) return fail(context.out, settled.error());
  show_pending(context);
  context.out.error(base::cat(
      kProgram.name, ": Error performing operation: ", cli::exit_text(ExitCode::kTimeout)));
  return ExitCode::kTimeout;
}

}  // namespace systole::crmd::crm_resource
