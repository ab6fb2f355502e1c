#include "crmd/core/disk.h"

#include <string>

#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr Milliseconds kRetryWrite = std::chrono::seconds(2);

std::string stored_text(const ControllerState& state) {
  const xml::Element root = state.replica.document.root();
  const xml::Document stored = xml::Document::create(root.name());
  for (const xml::Attribute attribute : root.attributes()) {
    stored.root().set_attribute(attribute.name, attribute.value);
  }
  for (const xml::Element part : root.children()) {
    if (!part.is("status")) stored.root().append_copy(part);
  }
  return stored.indented();
}

void start_write(ControllerState& state) {
  Disk& disk = state.disk;
  disk.outdated = false;
  Disk::Write write{PersistId(disk.next_write++),
                    {state.stamp, stored_part(state.replica.document.version())}};
  disk.in_progress = write;
  state.out.push_back(effect::Persist{write.id, write.content.stamp, stored_text(state)});
}

}  // namespace

Version stored_part(Version version) {
  version.num_updates = 0;
  return version;
}

void persist(ControllerState& state) {
  if (state.disk.in_progress) {
    state.disk.outdated = true;
  } else {
    start_write(state);
  }
}

bool finish_write(ControllerState& state, const event::Persisted& event) {
  Disk& disk = state.disk;
  if (!disk.in_progress || disk.in_progress->id != event.id) return false;
  const Disk::Content content = disk.in_progress->content;
  disk.in_progress.reset();
  if (event.error) {
    disk.outdated = true;
    state.log(base::LogLevel::kError,
              base::cat("cannot write the CIB to disk: ", event.error->message));
    state.out.push_back(effect::ArmTimer{{TimerId::Kind::kPersist, 0}, kRetryWrite});
    return true;
  }
  disk.content = content;
  if (disk.outdated) start_write(state);
  return true;
}

void on_persist_retry(ControllerState& state) {
  if (state.disk.outdated && !state.disk.in_progress) start_write(state);
}

void disregard_disk(ControllerState& state) {
  constexpr Version kNothing{.admin_epoch = -1};
  state.disk.content.version = kNothing;
  if (state.disk.in_progress) state.disk.in_progress->content.version = kNothing;
}

}  // namespace systole::crmd
