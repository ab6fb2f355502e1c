#include "lib/base/pattern.h"

#include <array>
#include <utility>

namespace systole::base {

void Pattern::Free::operator()(regex_t* compiled) const {
  regfree(compiled);
  delete compiled;
}

std::optional<Pattern> Pattern::compile(std::string_view text) {
  auto compiled = std::make_unique<regex_t>();
  // What could not be compiled must not be freed.
  if (regcomp(compiled.get(), std::string(text).c_str(), REG_EXTENDED) != 0) return std::nullopt;
  return Pattern(Compiled(compiled.release()));
}

bool Pattern::matches(std::string_view text) const {
  return regexec(compiled_.get(), std::string(text).c_str(), 0, nullptr, 0) == 0;
}

std::optional<std::vector<std::string_view>> Pattern::find(std::string_view text) const {
  std::array<regmatch_t, 10> found;
  const std::string copy(text);
  if (regexec(compiled_.get(), copy.c_str(), found.size(), found.data(), 0) != 0) {
    return std::nullopt;
  }
  std::vector<std::string_view> parts;
  for (const regmatch_t& part : found) {
    const auto begin = static_cast<std::size_t>(part.rm_so);
    const auto end = static_cast<std::size_t>(part.rm_eo);
    parts.push_back(part.rm_so < 0 ? std::string_view() : text.substr(begin, end - begin));
  }
  return parts;
}

}  // namespace systole::base
