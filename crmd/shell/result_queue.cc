#include "crmd/shell/result_queue.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "lib/base/log.h"

namespace systole::crmd {
namespace {

/// The operations whose history entries carry digests that need the agent's metadata.
constexpr std::array<std::string_view, 9> kTasksWithTraits = {
    "start",        "monitor",    "promote",      "demote", "reload",
    "reload-agent", "migrate_to", "migrate_from", "notify"};

bool needs_traits(std::string_view task) {
  return std::find(kTasksWithTraits.begin(), kTasksWithTraits.end(), task) !=
         kTasksWithTraits.end();
}

}  // namespace

void ResultQueue::push(event::OperationFinished finished) {
  auto slot = std::make_shared<Slot>(Slot{std::move(finished), false});
  slots_.push_back(slot);
  const Operation& operation = slot->finished.result.operation;
  if (!needs_traits(operation.task)) {
    slot->ready = true;
    flush();
    return;
  }
  when_known_({operation.standard, operation.provider, operation.type},
              [this, slot](const std::optional<AgentTraits>& traits) {
                slot->finished.result.traits = traits;
                slot->ready = true;
                flush();
              });
}

void ResultQueue::flush() {
  if (flushing_) return;
  flushing_ = true;
  while (!slots_.empty() && slots_.front()->ready) {
    const std::shared_ptr<Slot> first = std::move(slots_.front());
    slots_.pop_front();
    patience_.cancel();
    out_(std::move(first->finished));
  }
  flushing_ = false;
  if (!slots_.empty() && !patience_.pending()) {
    patience_ = loop_.call_after(kPatience, [this] { give_up_first(); });
  }
}

void ResultQueue::give_up_first() {
  if (slots_.empty()) return;
  const Operation& operation = slots_.front()->finished.result.operation;
  base::log(base::LogLevel::kWarning, "The metadata of agent ", operation.standard, ":",
            operation.provider, ":", operation.type, " is late; the result of ", operation.key,
            " is recorded without it");
  slots_.front()->ready = true;
  flush();
}

}  // namespace systole::crmd
