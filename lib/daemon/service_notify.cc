#include "lib/daemon/service_notify.h"

#ifdef SYSTOLE_HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace systole::daemon {

void notify_service_manager([[maybe_unused]] const std::string& state) {
#ifdef SYSTOLE_HAVE_SYSTEMD
  sd_notify(0, state.c_str());
#endif
}

}  // namespace systole::daemon
