// Stands in for a daemon: serves the endpoint that its name (argv[0]) stands for until SIGTERM.
#include <signal.h>
#include <stdlib.h>

#include <string_view>

#include "crmd/supervisor/children.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/server.h"

int main(int, char** argv) {
  using namespace systole;
  const std::string_view path = argv[0];
  const std::string_view program = path.substr(path.rfind('/') + 1);
  daemon::EventLoop loop;
  for (const auto& traits : supervisor::kChildTraits) {
    if (traits.program != program) continue;
    const auto stop = loop.on_signal(SIGTERM, [&] { loop.stop(); });
    const auto server = ipc::Server::start(loop, traits.endpoint, {});
    if (!server) return 1;
    loop.run();
    return 0;
  }
  return 100;
}
