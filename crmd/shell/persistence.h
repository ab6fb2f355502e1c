#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "crmd/shell/stamp_file.h"
#include "crmd/shell/worker.h"
#include "lib/base/result.h"
#include "lib/cib/store/store.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// The CIB on this node's disk: read at start, written by a thread of its own.
class Persistence {
 public:
  using Done = std::function<void(event::Persisted)>;

  /// `done` is called from the loop once for each persist(), in their order. `loop` outlives this.
  Persistence(daemon::EventLoop& loop, const std::string& directory, Done done);
  /// Finishes the writes; `done` is not called for them any more.
  ~Persistence();

  struct Start {
    std::optional<event::StoredCib> stored;  ///< absent: nothing there, or nothing usable
    std::vector<std::string> problems;       ///< what had to be set aside, a sentence each
  };
  /// The newest usable CIB. Blocks; to be called before the first persist(). kPermission and kIo
  /// when the files are there but cannot be read: starting without them could lose them.
  base::Result<Start> load();

  /// Writes that wait for the disk are joined to the newest of them.
  void persist(effect::Persist request);

  /// Puts a configuration that lost aside as a file. Where that cannot be written it is kept in
  /// memory and tried again after each write that works.
  void keep_conflict(effect::KeepConflict request);

 private:
  struct Conflict {
    std::string name;
    std::string text;
  };
  void write_pending();
  void write_conflicts();
  base::Result<void> write(const effect::Persist& request);

  daemon::EventLoop& loop_;
  cib::Store store_;
  std::string stamp_path_;
  std::shared_ptr<Done> done_;
  std::mutex mutex_;
  std::vector<effect::Persist> pending_;  ///< guarded by mutex_
  // Of the thread, once it has work.
  std::string signature_;  ///< of the CIB on disk; empty: unknown
  Stamp stamp_;
  std::string last_failure_;
  unsigned conflicts_met_ = 0;
  std::vector<Conflict> conflicts_;  ///< not written yet
  Worker worker_;                    ///< last: it uses the others
};

}  // namespace systole::crmd
