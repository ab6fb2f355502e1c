#include "crmd/tools/monitor/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

// ECMA-48 and xterm: alternate screen, cursor, home, erase the line, erase to the end of the
// screen.
constexpr std::string_view kEnter = "\033[?1049h\033[?25l";
constexpr std::string_view kLeave = "\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H";
constexpr std::string_view kEraseLine = "\033[2K";
constexpr std::string_view kEraseRest = "\033[J";
constexpr unsigned kUsualRows = 24;

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

unsigned rows() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return kUsualRows;
  return size.ws_row;
}

}  // namespace

Terminal::Terminal() {
  tcgetattr(STDIN_FILENO, &before_);
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  put(kEnter);
}

Terminal::~Terminal() {
  put(kLeave);
  tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void Terminal::draw(std::string_view page) {
  std::string screen(kHome);
  for (unsigned row = 1; row < rows() && !page.empty(); ++row) {
    const std::size_t end = page.find('\n');
    // Erased first: a tab only moves the cursor, and would leave what was there before.
    screen += base::cat(kEraseLine, page.substr(0, end), "\r\n");
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
  }
  put(screen.append(kEraseRest));
}

char Terminal::read_key() {
  char key = 0;
  return read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}

}  // namespace systole::crmd::monitor
