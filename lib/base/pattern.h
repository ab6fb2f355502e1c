#pragma once

#include <regex.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace systole::base {

/// A POSIX extended regular expression that is searched for anywhere in a text: what the CIB and
/// clients mean by a pattern. What it costs is up to whoever wrote it.
class Pattern {
 public:
  /// Nothing where `text` is no regular expression.
  static std::optional<Pattern> compile(std::string_view text);

  bool matches(std::string_view text) const;

  /// What the whole expression and its first nine groups found, as parts of `text`, empty for a
  /// group that found nothing. Nothing where `text` does not match.
  std::optional<std::vector<std::string_view>> find(std::string_view text) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const;
  };
  using Compiled = std::unique_ptr<regex_t, Free>;
  explicit Pattern(Compiled compiled) : compiled_(std::move(compiled)) {}

  Compiled compiled_;
};

}  // namespace systole::base
