#include "crmd/tools/crm_resource/settle.h"

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
  const std::vector<std::string> actions = pending_actions(context.snapshot());
  if (actions.empty()) return;
  context.out.line("Pending actions:");
  for (const std::string& action : actions) context.out.line("\t" + action);
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
  // Nothing happens to a CIB in a file.
  if (!context.cib().is_live()) return ExitCode::kOk;
  const Result<milliseconds> limit = time_limit(context, kDefaultLimit);
  if (!limit) return fail(context.out, limit.error());
  const Result<void> settled = wait_until_idle(steady_clock::now() + *limit);
  if (settled) return ExitCode::kOk;
  if (settled.error().code != Errc::kTimeout) return fail(context.out, settled.error());
  show_pending(context);
  context.out.error(base::cat(
      kProgram.name, ": Error performing operation: ", cli::exit_text(ExitCode::kTimeout)));
  return ExitCode::kTimeout;
}

}  // namespace systole::crmd::crm_resource
