#pragma once

#include <termios.h>

#include <string_view>

namespace systole::crmd::monitor {

/// The terminal while a page is being redrawn on it: keys come one by one and are not echoed, the
/// page has a screen of its own. What was there before is back when this is destroyed.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Shows `page` from its top, as much as fits.
  void draw(std::string_view page);

  /// The next key that was pressed; '\0' when there is none.
  char read_key();

 private:
  termios before_{};
};

}  // namespace systole::crmd::monitor
