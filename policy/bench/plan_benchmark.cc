#include <benchmark/benchmark.h>

#include <string>

#include "lib/base/check.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"
#include "policy/bench/generated_cluster.h"
#include "policy/plan.h"

namespace systole::policy::bench {
namespace {

Situation situation_of(const benchmark::State& state) {
  return state.range(2) == 0 ? Situation::kCold : Situation::kSteady;
}

std::string cluster_of(const benchmark::State& state) {
  return generate_cluster(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                          situation_of(state));
}

/// From the text of a CIB to the text of a graph, as a tool does it.
void text_to_graph(benchmark::State& state) {
  const std::string text = cluster_of(state);
  std::size_t actions = 0;
  for ([[maybe_unused]] auto turn : state) {
    const auto document = xml::Document::parse(text);
    CHECK(document.ok());
    const auto snapshot = cib_model::read_snapshot(document->root(), {.now = 1});
    CHECK(snapshot.ok());
    const Plan result = plan(*snapshot);
    actions = result.graph.synapses.size();
    benchmark::DoNotOptimize(cib_model::graph_text(result.graph, xml::Layout::kIndented));
  }
  state.counters["actions"] = static_cast<double>(actions);
  state.counters["bytes"] = static_cast<double>(text.size());
}

/// The engine alone, as the controller uses it.
void snapshot_to_plan(benchmark::State& state) {
  const auto document = xml::Document::parse(cluster_of(state));
  CHECK(document.ok());
  const auto snapshot = cib_model::read_snapshot(document->root(), {.now = 1});
  CHECK(snapshot.ok());
  for ([[maybe_unused]] auto turn : state)
    benchmark::DoNotOptimize(plan(*snapshot).graph.synapses.size());
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"nodes", "resources", "steady"})->Unit(benchmark::kMillisecond);
  for (const int steady : {0, 1}) {
    benchmark->Args({16, 500, steady})->Args({16, 1000, steady});
    benchmark->Args({32, 1250, steady})->Args({32, 5000, steady});
  }
}

BENCHMARK(text_to_graph)->Apply(sizes);
BENCHMARK(snapshot_to_plan)->Apply(sizes);

}  // namespace
}  // namespace systole::policy::bench

BENCHMARK_MAIN();
