#include "crmd/shell/plan_calculation.h"

namespace systole::crmd {

base::Result<model::TransitionGraph> calculate_plan(const model::Snapshot&) {
  return {base::Errc::kUnsupported, "the policy engine is not part of this build"};
}

}  // namespace systole::crmd
