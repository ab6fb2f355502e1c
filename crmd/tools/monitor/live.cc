#include "crmd/tools/monitor/live.h"

#include <optional>

#include "lib/client/fencer_client.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd::monitor {
namespace {

constexpr std::chrono::seconds kPatience{5};

void add_fencing(View& view) {
  if (!view.sections.has_any(Sections::fencing())) return;
  daemon::EventLoop loop;
  std::optional<base::Result<std::vector<client::FenceEvent>>> answer;
  client::FencerClient* fencer = nullptr;
  client::FencerClient::Handlers handlers;
  handlers.on_connected = [&] {
    fencer->history({}, [&](base::Result<std::vector<client::FenceEvent>> events) {
      answer = std::move(events);
    });
  };
  client::FencerClient connection(loop, std::string(kProgram.name), std::move(handlers));
  fencer = &connection;
  connection.start();
  loop.run_until([&] { return answer.has_value(); }, kPatience);
  if (answer && *answer) {
    view.fencing = **std::move(answer);
  } else {
    view.fencing_error = answer ? answer->error().message : "the fencer does not answer";
  }
}

}  // namespace

bool add_supervisor(View& view) {
  base::Result<client::SupervisorHealth> health = client::ping_supervisor(kProgram.name, kPatience);
  if (!health) return false;
  view.supervisor = *std::move(health);
  return true;
}

void add_live_sources(View& view) {
  add_supervisor(view);
  add_fencing(view);
}

}  // namespace systole::crmd::monitor
