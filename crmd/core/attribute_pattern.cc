#include "crmd/core/attribute_pattern.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr std::size_t kPatternMax = 1024;
/// Atoms of an expression with all repetitions written out, which is how the library keeps it.
constexpr std::uint64_t kMostAtoms = 10000;

/// Reads an expression as far as it takes to know its size; what is wrong in it the library says.
class PatternSize {
 public:
  explicit PatternSize(std::string_view text) : text_(text) {}

  bool refers_back() const { return refers_back_; }

  std::uint64_t count() {
    while (at_ < text_.size()) read(text_[at_++]);
    while (open_.size() > 1) close();
    return open_.back() + atom_;
  }

 private:
  void read(char c) {
    switch (c) {
      case '(':
        begin_atom();
        atom_ = 0;
        open_.push_back(0);
        break;
      case ')':
        if (open_.size() > 1) close();
        break;
      case '[':
        begin_atom();
        skip_bracket();
        break;
      case '\\':
        begin_atom();
        refers_back_ = refers_back_ || (at_ < text_.size() && base::is_digit(text_[at_]));
        ++at_;
        break;
      case '+':
        // Kept as one of the atom and any number of it.
        repeat(2);
        break;
      case '{':
        repeat(highest_count());
        break;
      case '*':
      case '?':
      case '|':
        break;
      default:
        begin_atom();
        break;
    }
  }

  void begin_atom() {
    open_.back() = capped(open_.back() + atom_);
    atom_ = 1;
  }

  void close() {
    atom_ = std::max<std::uint64_t>(capped(open_.back() + atom_), 1);
    open_.pop_back();
  }

  void repeat(std::uint64_t times) { atom_ = capped(atom_ * std::max<std::uint64_t>(times, 1)); }

  std::uint64_t highest_count() {
    std::uint64_t highest = 0;
    std::uint64_t number = 0;
    for (; at_ < text_.size() && (base::is_digit(text_[at_]) || text_[at_] == ','); ++at_) {
      number = base::is_digit(text_[at_]) ? capped(number * 10 + (text_[at_] - '0')) : 0;
      highest = std::max(highest, number);
    }
    // Without an end it is kept with one more.
    return highest + 1;
  }

  void skip_bracket() {
    if (at_ < text_.size() && text_[at_] == '^') ++at_;
    if (at_ < text_.size() && text_[at_] == ']') ++at_;
    while (at_ < text_.size() && text_[at_] != ']') ++at_;
    ++at_;
  }

  static std::uint64_t capped(std::uint64_t value) { return std::min(value, kMostAtoms + 1); }

  std::string_view text_;
  std::size_t at_ = 0;
  /// Sizes of the groups that are open, without the last atom.
  std::vector<std::uint64_t> open_ = {0};
  /// Size of the last atom, which may be repeated yet.
  std::uint64_t atom_ = 0;
  bool refers_back_ = false;
};

}  // namespace

base::Result<AttributePattern> AttributePattern::compile(const std::string& text) {
  const auto refused = [&](std::string_view why) {
    return base::Error{base::Errc::kInvalidArgument,
                       base::cat("'", text.substr(0, kPatternMax), "' cannot be used: ", why)};
  };
  if (text.size() > kPatternMax) return refused("it is too long");
  PatternSize size(text);
  if (size.count() > kMostAtoms) return refused("it repeats too much");
  if (size.refers_back()) return refused("it refers back to a part of itself");
  auto pattern = base::Pattern::compile(text);
  if (!pattern) return refused("it is no regular expression");
  return AttributePattern(std::move(*pattern));
}

}  // namespace systole::crmd
