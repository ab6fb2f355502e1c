#include "crmd/core/silence.h"

#include <algorithm>
#include <set>
#include <utility>

#include "crmd/core/agreement.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using Phase = Agreement::Phase;

/// Longer than a supervisor takes to find and kill a process that hangs, and than any replica takes
/// to travel: who is left out although he lives has to start again.
constexpr Milliseconds kSilenceBound = std::chrono::seconds(30);
/// Each member waits this much longer than the next smaller one, which may be silent itself.
constexpr Milliseconds kForEachBefore = std::chrono::seconds(5);

std::set<NodeNumber> awaited(const ControllerState& state) {
  const Agreement& agreement = state.agreement;
  std::set<NodeNumber> out;
  switch (agreement.phase) {
    case Phase::kAlone:
      break;
    case Phase::kWaiting:
      out.insert(agreement.view.front());
      break;
    case Phase::kSummaries:
      for (const NodeNumber node : agreement.view) {
        if (!agreement.summaries.contains(node)) out.insert(node);
      }
      break;
    case Phase::kImage:
      out.insert(agreement.authority);
      break;
    case Phase::kDone:
      for (const auto& [node, peer] : state.replica.peers) {
        if (peer.state == Peer::State::kReporting && in_view(state, node)) out.insert(node);
      }
      break;
  }
  return out;
}

}  // namespace

void watch_silence(ControllerState& state) {
  const std::vector<NodeNumber>& view = state.agreement.view;
  const auto before =
      std::count_if(view.begin(), view.end(), [&](NodeNumber node) { return node < state.self(); });
  state.out.push_back(
      effect::ArmTimer{{TimerId::Kind::kSilence, 0}, kSilenceBound + kForEachBefore * before});
}

void on_silence(ControllerState& state) {
  std::set<NodeNumber> silent = awaited(state);
  if (silent.empty()) return;
  watch_silence(state);
  // What this node said did not come back: it is not the others that nothing is heard of.
  if (silent.contains(state.self())) return;
  // Smaller ones had the time to do this.
  for (const NodeNumber node : state.agreement.view) {
    if (node < state.self()) silent.insert(node);
  }
  std::string names;
  for (const NodeNumber node : silent) names += base::cat(" ", node_name(state, node));
  state.log(base::LogLevel::kError,
            base::cat("nothing is heard of the controllers of these nodes, going on without them:",
                      names));
  silent.insert(state.agreement.silent.begin(), state.agreement.silent.end());
  begin_round(state, std::move(silent));
}

void leave_as_silent(ControllerState& state) {
  state.exiting = true;
  state.out.push_back(effect::Exit{
      effect::After::kRestart, "the others heard nothing of this controller and go on without it"});
}

}  // namespace systole::crmd
