#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>

#include "lib/base/strings.h"
#include "tests/properties/cluster_generator.h"
#include "tests/properties/disturbance.h"
#include "tests/properties/exceptions.h"
#include "tests/properties/properties.h"

namespace systole::properties {
namespace {

struct Arguments {
  std::uint64_t clusters = 1000;
  std::uint64_t seed = 1;
  bool verbose = false;
  std::string save;  ///< folder for the CIBs whose plans break a property
  std::string file;  ///< a CIB to check instead of random ones
};

/// The life of one cluster: plans, what they do, and what happens in between.
class Life {
 public:
  Life(std::uint64_t seed, bool verbose) : dice_(seed), verbose_(verbose) {}

  Violations run() {
    const Situation situation = dice_.chance(50) ? Situation::kCold : Situation::kRandom;
    trust_ = situation == Situation::kCold ? Trust::kPlausible : Trust::kRandom;
    TestCluster cluster(generate_cluster(dice_, situation).cib);
    const int turns = dice_.pick(1, 4);
    for (int turn = 0; turn < turns && violations_.empty(); ++turn) {
      if (turn > 0) happen(cluster);
      live(cluster);
    }
    return std::move(violations_);
  }

  /// One turn of a given cluster.
  Violations run(const std::string& cib) {
    TestCluster cluster(cib);
    live(cluster);
    return std::move(violations_);
  }

  /// The CIB of the last plan.
  const std::string& planned_for() const { return planned_for_; }

  /// How many plans had to follow one that was carried out.
  int later_plans() const { return later_plans_; }

 private:
  void happen(TestCluster& cluster) {
    const int events = dice_.pick(1, 3);
    for (int i = 0; i < events; ++i) {
      const std::string what = disturb(dice_, cluster);
      if (verbose_) std::printf("<!-- %s -->\n", what.c_str());
    }
  }

  void live(TestCluster& cluster) {
    Planned planned = cluster.plan();
    check_plan(cluster, planned, trust_, violations_);
    if (verbose_) show(cluster, planned);
    planned_for_ = cluster.text();
    if (!cluster.carry_out(planned.plan) || trust_ == Trust::kRandom) return;
    settle(cluster, std::move(planned));
  }

  static void show(const TestCluster& cluster, const Planned& planned) {
    std::printf("%s", cluster.text().c_str());
    for (const std::string& action : real_actions(planned.plan.graph)) {
      std::printf("<!-- %s -->\n", action.c_str());
    }
  }

  /// Plans until nothing is left to do. One plan is mostly enough; more are needed where
  ///  - a node behind a connection came up meanwhile: what runs there is looked for now,
  ///  - a resource that is not configured any more had failed: its record goes after its stop,
  ///  - preferences follow what runs: stickiness, colocations and the order in which resources are
  ///    placed see the result of the first plan, and may prefer another place.
  /// Pacemaker plans again in these cases, too. What never ends is wrong.
  void settle(TestCluster& cluster, Planned done) {
    constexpr int kMostPlans = 6;
    for (int plans = 1;; ++plans) {
      Planned next = cluster.plan();
      if (verbose_) show(cluster, next);
      check_copies(done, next, violations_);
      if (!violations_.empty()) return;
      const std::vector<std::string> left = real_actions(next.plan.graph);
      if (left.empty()) return;
      ++later_plans_;
      if (plans == kMostPlans) {
        const std::vector<std::string> unexplained = unexplained_actions(next);
        if (!unexplained.empty()) {
          violations_.push_back({"settled", "still to do: " + base::join(unexplained, ", ")});
        }
        return;
      }
      planned_for_ = cluster.text();
      check_plan(cluster, next, trust_, violations_);
      if (!violations_.empty() || !cluster.carry_out(next.plan)) return;
      done = std::move(next);
    }
  }

  Dice dice_;
  bool verbose_;
  int later_plans_ = 0;
  Trust trust_ = Trust::kPlausible;
  std::string planned_for_;
  Violations violations_;
};

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--verbose") {
      out.verbose = true;
      continue;
    }
    if (i + 1 >= argc) return false;
    if (word == "--save") {
      out.save = argv[++i];
      continue;
    }
    if (word == "--file") {
      out.file = argv[++i];
      continue;
    }
    const auto number = base::parse_integer<std::uint64_t>(argv[++i]);
    if (!number) return false;
    if (word == "--clusters") {
      out.clusters = *number;
    } else if (word == "--seed") {
      out.seed = *number;
    } else {
      return false;
    }
  }
  return true;
}

/// What came of many lives.
struct Tally {
  std::map<std::string, int> broken;  ///< by property
  int clusters = 0;                   ///< that break some
  std::uint64_t later = 0;

  void add(std::uint64_t seed, const Violations& violations) {
    if (!violations.empty()) ++clusters;
    for (const Violation& violation : violations) {
      ++broken[violation.property];
      std::printf("seed %llu: %s: %s\n", static_cast<unsigned long long>(seed),
                  violation.property.c_str(), violation.text.c_str());
    }
  }
};

int check_file(const Arguments& arguments) {
  std::ifstream file(arguments.file);
  const std::string cib{std::istreambuf_iterator<char>(file), {}};
  if (cib.empty()) {
    std::fprintf(stderr, "%s: cannot be read\n", arguments.file.c_str());
    return 2;
  }
  Life life(0, arguments.verbose);
  const Violations violations = life.run(cib);
  for (const Violation& violation : violations) {
    std::printf("%s: %s\n", violation.property.c_str(), violation.text.c_str());
  }
  return violations.empty() ? 0 : 1;
}

int run(const Arguments& arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (!arguments.file.empty()) return check_file(arguments);
  Tally tally;
  for (std::uint64_t i = 0; i < arguments.clusters; ++i) {
    const std::uint64_t seed = arguments.seed + i;
    Life life(seed, arguments.verbose);
    const Violations violations = life.run();
    tally.add(seed, violations);
    tally.later += static_cast<std::uint64_t>(life.later_plans());
    if (!violations.empty() && !arguments.save.empty()) {
      std::ofstream(base::cat(arguments.save, "/", seed, ".xml")) << life.planned_for();
    }
  }
  for (const auto& [property, count] : tally.broken) {
    std::printf("%s: broken %d times\n", property.c_str(), count);
  }
  std::printf("%llu clusters: %d broken; %llu plans had to be followed by another\n",
              static_cast<unsigned long long>(arguments.clusters), tally.clusters,
              static_cast<unsigned long long>(tally.later));
  return tally.clusters == 0 ? 0 : 1;
}

}  // namespace
}  // namespace systole::properties

/// Plans for random clusters and checks what must hold for every one. A seed gives the same cluster
/// each time: `--seed N --clusters 1 --verbose` shows it.
int main(int argc, char** argv) {
  systole::properties::Arguments arguments;
  if (!systole::properties::parse(argc, argv, arguments)) {
    std::fputs(
        "usage: policy_properties [--clusters N] [--seed N] [--verbose] [--save FOLDER]\n"
        "       policy_properties --file CIB [--verbose]\n",
        stderr);
    return 2;
  }
  return systole::properties::run(arguments);
}
