// Runs a fuzzer without libFuzzer: over its seeds and a fixed number of mutations of them, the same
// ones each time. With files as arguments it runs those; with --write-seeds FOLDER it writes the
// seeds there.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

constexpr int kMutations = 20000;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

class Mutator {
 public:
  std::string mutate(std::string text, const std::string& other) {
    for (int i = below(4); i >= 0; --i) step(text, other);
    return text;
  }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  int below(int bound) { return static_cast<int>(below(static_cast<std::size_t>(bound))); }

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

void run_mutations() {
  const std::vector<std::string> inputs = seeds();
  Mutator mutator;
  for (const std::string& input : inputs) run(input);
  for (int i = 0; i < kMutations; ++i) {
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
  for (int i = 1; i < argc; ++i) {
    if (systole::fuzz::run_file(argv[i]) != 0) return 1;
  }
  if (argc == 1) systole::fuzz::run_mutations();
  return 0;
}
