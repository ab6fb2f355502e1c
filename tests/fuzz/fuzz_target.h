#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// One fuzzer: what libFuzzer calls with each input. It must not crash, hang or leak.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Fuzzers whose input has a structure may bring a mutator of their own: it changes `data` in
/// place, to at most `max_size` bytes, and returns its new size.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed);

namespace systole::fuzz {

/// Inputs of this fuzzer to start from. The smoke test mutates them; with `--write-seeds FOLDER` it
/// writes them as a first corpus for libFuzzer.
std::vector<std::string> seeds();

}  // namespace systole::fuzz
