#include "lib/xml/repair.h"

#include "lib/xml/characters.h"

namespace systole::xml {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == ':' || is_high(c);
}

// What follows the quote that really ends a value: the next attribute, or the end of the tag.
bool can_follow_value(std::string_view rest) {
  std::size_t i = 0;
  while (i < rest.size() && is_space(rest[i])) ++i;
  if (i == rest.size() || rest[i] == '>' || rest.substr(i, 2) == "/>") return true;
  const std::size_t name = i;
  while (i < rest.size() && is_name(rest[i])) ++i;
  return name > 0 && i > name && rest.substr(i, 2) == "=\"";
}

class Repair {
 public:
  explicit Repair(std::string_view text) : rest_(text) {}

  std::optional<std::string> run() {
    while (!rest_.empty()) {
      if (rest_.starts_with("<!--")) {
        take(std::min(rest_.find("-->"), rest_.size()));
      } else if (rest_.front() == '<') {
        tag();
      } else {
        take(1);
      }
    }
    if (!repaired_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void take(std::size_t count) {
    out_.append(rest_.substr(0, count));
    rest_.remove_prefix(count);
  }

  void tag() {
    while (!rest_.empty() && rest_.front() != '>') {
      const bool value_starts = rest_.starts_with("=\"");
      take(value_starts ? 2 : 1);
      if (value_starts) value();
    }
  }

  void replace(std::string_view reference) {
    out_.append(reference);
    rest_.remove_prefix(1);
    repaired_ = true;
  }

  // Copies up to the quote that ends the value.
  void value() {
    bool raw = false;
    while (!rest_.empty()) {
      raw |= rest_.size() > 1 && is_high(rest_[0]) && is_high(rest_[1]);
      const char c = rest_.front();
      if (c == '"' && (!raw || can_follow_value(rest_.substr(1)))) return take(1);
      if (raw && c == '"') {
        replace("&quot;");
      } else if (raw && c == '&') {
        replace("&amp;");
      } else if (raw && c == '<') {
        replace("&lt;");
      } else {
        take(1);
      }
    }
  }

  std::string_view rest_;
  std::string out_;
  bool repaired_ = false;
};

}  // namespace

std::optional<std::string> repair_unescaped_values(std::string_view text) {
  return Repair(text).run();
}

}  // namespace systole::xml
