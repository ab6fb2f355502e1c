#include "crmd/tools/monitor/feed.h"

#include <ctime>
#include <utility>

namespace systole::crmd::monitor {
namespace {

client::CibWatcher::Source source_to_watch() {
  std::optional<client::RemoteCibSource> remote =
      client::cib_source_from_environment(kProgram.name).remote;
  if (remote) return *std::move(remote);
  return std::string(ipc::endpoint::kCibReadOnly);
}

}  // namespace

Feed::Feed(daemon::EventLoop& loop, Handlers handlers)
    : loop_(loop),
      handlers_(std::move(handlers)),
      cib_(loop_, std::string(kProgram.name),
           {.changed =
                [this](const xml::Document& cib, xml::Element) {
                  lost_.clear();
                  handlers_.cib_changed(cib);
                  touch();
                },
            .lost =
                [this](const base::Error& why) {
                  lost_ = why.message;
                  touch();
                }},
           source_to_watch()),
      fencer_(loop_, std::string(kProgram.name),
              {.on_connected = [this] { ask_fencer(); },
               .on_fence =
                   [this](const client::FenceEvent& event) {
                     handlers_.fenced(event);
                     ask_fencer();
                   }}) {}

void Feed::start() {
  cib_.start();
  fencer_.start();
}

void Feed::ask_fencer() {
  fencer_.history({}, [this](base::Result<std::vector<client::FenceEvent>> events) {
    if (events) fencing_ = *std::move(events);
    touch();
  });
}

void Feed::touch() {
  if (soon_.pending()) return;
  soon_ = loop_.call_after(std::chrono::milliseconds(50), [this] { handlers_.changed(); });
}

base::Result<Snapshot> Feed::snapshot(const Settings& settings) const {
  base::Result<Snapshot> snapshot = take_snapshot(*cib_.cib(), settings, std::time(nullptr));
  if (snapshot) snapshot->view.fencing = fencing_;
  return snapshot;
}

}  // namespace systole::crmd::monitor
