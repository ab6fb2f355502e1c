// Any text as a CIB: it is read and planned for, and the plan is written, or it is refused.

#include <algorithm>
#include <string>

#include "lib/base/check.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"
#include "policy/plan.h"
#include "tests/fuzz/cib_mutator.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/properties/cluster_generator.h"

namespace systole::fuzz {
namespace {

constexpr std::size_t kMaxBytes = 1 << 16;
/// Larger graphs take longer to read than they took to plan.
constexpr std::size_t kMostReadBack = 1 << 23;

void check_plan(std::string_view text) {
  const auto document = xml::Document::parse(text, {.max_bytes = kMaxBytes});
  if (!document) return;
  const auto snapshot =
      cib_model::read_snapshot(document->root(), {.now = properties::kNow, .from_file = true});
  if (!snapshot) return;
  const policy::Plan plan = policy::plan(*snapshot);
  const std::string written = cib_model::graph_text(plan.graph, xml::Layout::kIndented);
  if (written.size() <= kMostReadBack) CHECK(xml::Document::parse(written).ok());
}

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    properties::Dice dice(seed);
    out.push_back(properties::generate_cluster(dice, seed % 4 == 0 ? properties::Situation::kCold
                                                                   : properties::Situation::kRandom)
                      .cib);
  }
  return out;
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > systole::fuzz::kMaxBytes) return 0;
  systole::fuzz::check_plan({reinterpret_cast<const char*>(data), size});
  return 0;
}

// Bytes changed at random are hardly ever a CIB; elements and attributes changed at random are.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string changed = systole::fuzz::mutate_cib(text, seed);
  if (changed.size() > max_size) return size;
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}
