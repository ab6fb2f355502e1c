#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "lib/base/result.h"
#include "lib/client/cib_client.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/endpoints.h"
#include "lib/xml/document.h"

namespace systole::client {

/// Keeps a copy of the cluster's CIB up to date: reads it once, then applies the patchset of each
/// notification. A patchset that does not fit makes it read the document again. While the CIB's
/// daemon is away it keeps the last copy and tries again every second, so that a restarted daemon
/// is found again; an idle watcher sleeps.
class CibWatcher {
 public:
  struct Handlers {
    /// The copy has changed. `patch` is the <diff> that did it; null when the document was read as
    /// a whole, which is always the first call. The copy is valid until the next event.
    std::function<void(const xml::Document& cib, xml::Element patch)> changed;
    /// The daemon is gone, or could not be reached at start. Called once for each loss.
    std::function<void(const base::Error& why)> lost;
  };

  /// A service of this node, or a cluster elsewhere; to connect to that one may block for a while.
  using Source = std::variant<std::string, RemoteCibSource>;

  /// `client_name` is what the daemon logs. Nothing happens before start(). Handlers are called
  /// from the loop and may destroy the watcher.
  CibWatcher(daemon::EventLoop& loop, std::string client_name, Handlers handlers,
             Source source = ipc::endpoint::kCibReadOnly);
  ~CibWatcher();
  CibWatcher(const CibWatcher&) = delete;
  CibWatcher& operator=(const CibWatcher&) = delete;

  /// Connects from the loop, soon.
  void start();

  /// The copy; nullptr until the first `changed`.
  const xml::Document* cib() const;
  bool connected() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace systole::client
