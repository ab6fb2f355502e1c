// Runs a fuzzer without libFuzzer: over its seeds and a number of mutations of them (--runs), the
// same ones each time. With files as arguments it runs those; with --write-seeds FOLDER it writes
// the seeds there.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"

extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t*, std::size_t,
                                                                     std::size_t, unsigned);

namespace systole::fuzz {
namespace {

constexpr int kRuns = 20000;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

class ByteMutator {
 public:
  std::string mutate(std::string text, const std::string& other) {
    // Half of the inputs keep the structure that the fuzzer knows.
    if (LLVMFuzzerCustomMutator != nullptr && below(2) == 0) return mutate_structure(text);
    for (int i = below(4); i >= 0; --i) step(text, other);
    return text;
  }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  int below(int bound) { return static_cast<int>(below(static_cast<std::size_t>(bound))); }

  std::string mutate_structure(std::string text) {
    const std::size_t size = text.size();
    text.resize(size * 2 + 4096);
    text.resize(LLVMFuzzerCustomMutator(reinterpret_cast<std::uint8_t*>(text.data()), size,
                                        text.size(),
                                        static_cast<unsigned>(below(std::size_t{1} << 31))));
    return text;
  }

  void step(std::string& text, const std::string& other) {
    if (text.empty()) text = other;
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    const std::size_t length = std::min(text.size() - at, below(std::size_t{40}) + 1);
    switch (below(6)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      case 3:
        if (!other.empty()) text.insert(at, other.substr(below(other.size()), length));
        break;
      case 4:
        std::swap(text[at], text[below(text.size())]);
        break;
      default:
        text[at] = "<>\"'/=&[]@\0"[below(11)];
        break;
    }
  }

  std::mt19937 random_{1};
};

void run_mutations(int runs) {
  const std::vector<std::string> inputs = seeds();
  ByteMutator mutator;
  for (const std::string& input : inputs) run(input);
  for (int i = 0; i < runs; ++i) {
    const std::string& input = inputs[mutator.below(inputs.size())];
    run(mutator.mutate(input, inputs[mutator.below(inputs.size())]));
  }
}

int write_seeds(const std::string& folder) {
  int number = 0;
  for (const std::string& input : seeds()) {
    std::ofstream file(folder + "/seed-" + std::to_string(number++), std::ios::binary);
    file << input;
    if (!file) return 1;
  }
  return 0;
}

int run_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return 1;
  run(text.str());
  return 0;
}

}  // namespace
}  // namespace systole::fuzz

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--write-seeds") {
    return systole::fuzz::write_seeds(argv[2]);
  }
  if (argc == 1) systole::fuzz::run_mutations(systole::fuzz::kRuns);
  if (argc == 3 && std::string(argv[1]) == "--runs") {
    systole::fuzz::run_mutations(std::stoi(argv[2]));
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    if (systole::fuzz::run_file(argv[i]) != 0) return 1;
  }
  return 0;
}
