#include "policy/status/copies.h"

#include <algorithm>

namespace systole::policy {

int allow_copies(Status& status, RscId rsc, const WantedCopies& wanted) {
  if (wanted.count <= wanted.useful) return wanted.count;
  const int members = std::max(1, wanted.members);
  const int left = std::max(0, kMostSpareResources - status.spare_resources) / members;
  const int most = std::max(wanted.useful, std::min(kMostCopies, wanted.useful + left));
  const int allowed = std::min(wanted.count, most);
  status.spare_resources += (allowed - wanted.useful) * members;
  if (allowed < wanted.count) status.curtailed.push_back(rsc);
  return allowed;
}

}  // namespace systole::policy
