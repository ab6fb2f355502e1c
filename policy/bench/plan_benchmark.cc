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

std::string cluster_of(const benchmark::State& state) {
  return generate_cluster(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                          static_cast<Situation>(state.range(2)));
}

xml::Document document_of(const benchmark::State& state) {
  auto document = xml::Document::parse(cluster_of(state), {.max_bytes = std::size_t{1} << 30});
  CHECK(document.ok());
  return *std::move(document);
}

model::Snapshot snapshot_of(const xml::Document& document) {
  auto snapshot = cib_model::read_snapshot(document.root(), {.now = 1700000000});
  CHECK(snapshot.ok());
  return *std::move(snapshot);
}

void text_to_document(benchmark::State& state) {
  const std::string text = cluster_of(state);
  for ([[maybe_unused]] auto turn : state) {
    const auto document = xml::Document::parse(text, {.max_bytes = std::size_t{1} << 30});
    CHECK(document.ok());
  }
  state.counters["bytes"] = static_cast<double>(text.size());
}

void document_to_snapshot(benchmark::State& state) {
  const xml::Document document = document_of(state);
  for ([[maybe_unused]] auto turn : state) benchmark::DoNotOptimize(snapshot_of(document).states);
}

/// The engine alone, as the controller uses it.
void snapshot_to_plan(benchmark::State& state) {
  const xml::Document document = document_of(state);
  const model::Snapshot snapshot = snapshot_of(document);
  std::size_t actions = 0;
  for ([[maybe_unused]] auto turn : state) actions = plan(snapshot).graph.synapses.size();
  state.counters["actions"] = static_cast<double>(actions);
}

void graph_to_text(benchmark::State& state) {
  const xml::Document document = document_of(state);
  const model::Snapshot snapshot = snapshot_of(document);
  const Plan planned = plan(snapshot);
  for ([[maybe_unused]] auto turn : state) {
    benchmark::DoNotOptimize(cib_model::graph_text(planned.graph, xml::Layout::kIndented));
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"nodes", "resources", "situation"})->Unit(benchmark::kMillisecond);
  for (const Situation situation : {Situation::kCold, Situation::kRunning, Situation::kNodeLost}) {
    const int number = static_cast<int>(situation);
    benchmark->Args({16, 500, number})->Args({16, 1000, number})->Args({32, 5000, number});
  }
}

BENCHMARK(text_to_document)->Apply(sizes);
BENCHMARK(document_to_snapshot)->Apply(sizes);
BENCHMARK(snapshot_to_plan)->Apply(sizes);
BENCHMARK(graph_to_text)->Apply(sizes);

}  // namespace
}  // namespace systole::policy::bench

BENCHMARK_MAIN();
