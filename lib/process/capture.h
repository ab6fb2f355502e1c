#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/process/command.h"

namespace systole::process {

/// Keeps the beginning and the end of a stream of any length in bounded memory: errors are told
/// first or last, and an agent that prints for ever must not cost more than one that does not.
class Capture {
 public:
  Capture(std::size_t head_bytes, std::size_t tail_bytes)
      : head_limit_(head_bytes), tail_limit_(tail_bytes) {}

  void append(std::string_view data);
  Output take();

 private:
  std::size_t head_limit_;
  std::size_t tail_limit_;
  std::string head_;
  std::string tail_;  ///< up to twice its limit, so that cutting it is rare
  std::size_t dropped_ = 0;
};

}  // namespace systole::process
