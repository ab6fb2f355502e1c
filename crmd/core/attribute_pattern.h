#pragma once

#include <string>
#include <utility>

#include "lib/base/pattern.h"
#include "lib/base/result.h"

namespace systole::crmd {

/// A POSIX extended regular expression for names of attributes, as clients give it. Which names it
/// matches depends on the system's library and locale, and what it costs on whoever wrote it: only
/// the node that was asked may use it.
class AttributePattern {
 public:
  /// kInvalidArgument: it is not one, refers back to a part of itself (which no expression of this
  /// kind can, but the library's do, in exponential time), or repeats so much that it would be
  /// huge.
  static base::Result<AttributePattern> compile(const std::string& text);

  bool matches(const std::string& name) const { return pattern_.matches(name); }

 private:
  explicit AttributePattern(base::Pattern pattern) : pattern_(std::move(pattern)) {}

  base::Pattern pattern_;
};

}  // namespace systole::crmd
