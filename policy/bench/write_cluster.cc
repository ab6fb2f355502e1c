#include <cstdio>

#include "lib/base/strings.h"
#include "policy/bench/generated_cluster.h"

/// Writes the CIB of a generated cluster to standard output.
int main(int argc, char** argv) {
  using namespace systole;
  const auto nodes = argc == 4 ? base::parse_integer<int>(argv[1]) : std::nullopt;
  const auto resources = argc == 4 ? base::parse_integer<int>(argv[2]) : std::nullopt;
  const auto situation = argc == 4 ? policy::bench::parse_situation(argv[3]) : std::nullopt;
  if (!nodes || !resources || !situation || *nodes < 1) {
    std::fputs("usage: policy_bench_cluster NODES RESOURCES cold|running|lost\n", stderr);
    return 2;
  }
  const std::string text = policy::bench::generate_cluster(*nodes, *resources, *situation);
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
