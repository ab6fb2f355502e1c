#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "lib/base/strings.h"
#include "tests/simulation/cluster.h"

namespace {

struct Arguments {
  systole::simulation::Options options;
  std::uint64_t seeds = 10;
};

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--verbose") {
      out.options.verbose = true;
      continue;
    }
    if (word == "--simple-planner") {
      out.options.engine = false;
      continue;
    }
    if (i + 1 >= argc) return false;
    const auto number = systole::base::parse_integer<std::uint64_t>(argv[++i]);
    if (!number) return false;
    if (word == "--seeds") {
      out.seeds = *number;
    } else if (word == "--seed") {
      out.options.seed = *number;
      out.seeds = 1;
    } else if (word == "--first") {
      out.options.seed = *number;
    } else if (word == "--nodes") {
      out.options.nodes = static_cast<std::uint32_t>(*number);
    } else if (word == "--resources") {
      out.options.resources = static_cast<int>(*number);
    } else if (word == "--seconds") {
      out.options.faulty = std::chrono::seconds(*number);
    } else {
      return false;
    }
  }
  return out.options.nodes >= 1 && out.options.nodes <= 32;
}

}  // namespace

/// Runs simulated clusters, one for each seed, and ends with 1 when one broke a promise.
int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs(
        "usage: systole-sim [--seeds N] [--first SEED] [--seed SEED] [--nodes N] "
        "[--resources N] [--seconds N] [--simple-planner] [--verbose]\n",
        stderr);
    return 2;
  }
  int failed = 0;
  const std::uint64_t first = arguments.options.seed;
  for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
    arguments.options.seed = first + i;
    const systole::simulation::Verdict verdict =
        systole::simulation::Cluster(arguments.options).run();
    if (verdict.violation) {
      ++failed;
      std::printf("FAILED %s\n  again with: systole-sim --seed %llu --nodes %u --verbose\n",
                  verdict.violation->c_str(),
                  static_cast<unsigned long long>(arguments.options.seed), arguments.options.nodes);
    } else {
      std::printf("seed %llu: %llu events, %llu plans, %llu changes acknowledged, %llu fencings\n",
                  static_cast<unsigned long long>(arguments.options.seed),
                  static_cast<unsigned long long>(verdict.events),
                  static_cast<unsigned long long>(verdict.plans),
                  static_cast<unsigned long long>(verdict.acknowledged),
                  static_cast<unsigned long long>(verdict.fencings));
    }
    std::fflush(stdout);
  }
  if (failed != 0) {
    std::printf("%d of %llu runs failed\n", failed,
                static_cast<unsigned long long>(arguments.seeds));
  }
  return failed == 0 ? 0 : 1;
}
