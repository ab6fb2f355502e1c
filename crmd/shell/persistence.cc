#include "crmd/shell/persistence.h"

#include <ctime>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/xml/document.h"

namespace systole::crmd {

using base::Errc;
using base::log;
using base::LogLevel;
using base::Result;

Persistence::Persistence(daemon::EventLoop& loop, const std::string& directory, Done done)
    : loop_(loop),
      store_(directory),
      stamp_path_(directory + "/systole-stamps"),
      done_(std::make_shared<Done>(std::move(done))) {}

Persistence::~Persistence() = default;

Result<Persistence::Start> Persistence::load() {
  Start start;
  auto loaded = store_.load();
  if (!loaded && loaded.error().code != Errc::kDigestMismatch) return loaded.error();
  auto stamps = load_stamps(stamp_path_);
  if (!stamps && stamps.error().code == Errc::kPermission) return stamps.error();
  if (!stamps) {
    start.problems.push_back(base::cat(stamps.error().message,
                                       "; this node's CIB counts as older than that of any peer"));
  }
  const Stamps known = stamps.value_or(Stamps{});
  if (!loaded) {
    start.problems.push_back(base::cat(loaded.error().message, "; waiting for the CIB of a peer"));
    stamp_ = stamp_for(known, {});
    return start;
  }
  if (!loaded->has_value()) return start;
  cib::Loaded& found = **loaded;
  for (std::string& problem : found.problems) start.problems.push_back(std::move(problem));
  signature_ = cib::file_signature(found.cib.root());
  stamp_ = stamp_for(known, signature_);
  start.stored = event::StoredCib{found.cib.compact(), stamp_};
  return start;
}

void Persistence::persist(effect::Persist request) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = pending_.empty();
    pending_.push_back(std::move(request));
  }
  if (first) worker_.submit([this] { write_pending(); });
}

void Persistence::write_pending() {
  std::vector<effect::Persist> requests;
  {
    const std::lock_guard lock(mutex_);
    requests.swap(pending_);
  }
  const Result<void> written = write(requests.back());
  const std::string failure = written ? "" : written.error().message;
  if (failure != last_failure_ && !failure.empty()) {
    log(LogLevel::kError, "The CIB could not be written to disk: ", failure,
        "; the previous version is kept there and the write is tried again");
  } else if (failure != last_failure_) {
    log(LogLevel::kNotice, "The CIB can be written to disk again");
  }
  last_failure_ = failure;
  if (written && !conflicts_.empty()) write_conflicts();
  for (const effect::Persist& request : requests) {
    event::Persisted result{request.id, std::nullopt};
    if (!written) result.error = written.error();
    loop_.post([done = std::weak_ptr(done_), result = std::move(result)] {
      if (const auto call = done.lock()) (*call)(result);
    });
  }
}

Result<void> Persistence::write(const effect::Persist& request) {
  auto document = xml::Document::parse(request.text);
  if (!document) return document.error();
  const std::string text = cib::file_text(document->root());
  const std::string signature = cib::file_signature(document->root());
  Stamps stamps;
  if (!signature_.empty()) stamps.insert_or_assign(signature_, stamp_);
  stamps.insert_or_assign(signature, request.stamp);
  if (auto saved = save_stamps(stamp_path_, stamps); !saved) return saved;
  if (signature != signature_) {
    if (auto saved = store_.save(text, signature); !saved) return saved;
  }
  signature_ = signature;
  stamp_ = request.stamp;
  return {};
}

void Persistence::keep_conflict(effect::KeepConflict request) {
  worker_.submit([this, request = std::move(request)] {
    auto document = xml::Document::parse(request.text);
    conflicts_.push_back({base::cat("conflict-", std::time(nullptr), "-", ++conflicts_met_),
                          document ? document->indented() : request.text});
    write_conflicts();
  });
}

void Persistence::write_conflicts() {
  while (!conflicts_.empty()) {
    const Conflict& oldest = conflicts_.front();
    auto path = store_.keep_aside(oldest.name, oldest.text);
    if (!path) {
      // Not the text itself: it has passwords, and messages end up in many places.
      log(LogLevel::kCritical, "A configuration that lost against that of the quorate partition ",
          "cannot be kept as '", oldest.name, "' (", oldest.text.size(),
          " bytes): ", path.error().message,
          "; it is lost unless this node can write before it ends");
      return;
    }
    log(LogLevel::kError, "A configuration changed without quorum lost against that of the ",
        "quorate partition and is kept in '", *path, "'");
    conflicts_.erase(conflicts_.begin());
  }
}

}  // namespace systole::crmd
