#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crmd/tools/monitor/options.h"
#include "crmd/tools/monitor/snapshot.h"
#include "lib/client/cib_watcher.h"
#include "lib/client/fencer_client.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd::monitor {

/// What a page that is kept up to date is made of: the CIB and the fencing history, as they change.
class Feed {
 public:
  struct Handlers {
    /// Something that a page shows has changed, or the connection was lost or found again. Called
    /// once for many changes in a row.
    std::function<void()> changed;
    /// The CIB is another one; each change is told.
    std::function<void(const xml::Document& cib)> cib_changed = [](const xml::Document&) {};
    /// A fencing has ended.
    std::function<void(const client::FenceEvent&)> fenced = [](const client::FenceEvent&) {};
  };

  /// Of the cluster that the environment asks for.
  Feed(daemon::EventLoop& loop, Handlers handlers);

  void start();
  /// Why there is no connection now; empty while there is one.
  const std::string& lost() const { return lost_; }
  bool has_cib() const { return cib_.cib() != nullptr; }
  /// The page as of now. Only while has_cib().
  base::Result<Snapshot> snapshot(const Settings& settings) const;
  /// Tells of a change although there is none.
  void touch();

 private:
  void ask_fencer();

  daemon::EventLoop& loop_;
  Handlers handlers_;
  client::CibWatcher cib_;
  client::FencerClient fencer_;
  std::vector<client::FenceEvent> fencing_;
  std::string lost_;
  daemon::Timer soon_;
};

}  // namespace systole::crmd::monitor
