#include "crmd/tools/monitor/interactive.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "crmd/tools/monitor/external_agent.h"
#include "crmd/tools/monitor/feed.h"
#include "crmd/tools/monitor/page.h"
#include "crmd/tools/monitor/terminal.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd::monitor {
namespace {

constexpr KeyBinding kKeys[] = {
    {'c', Section::kTickets, "tickets"},
    {'f', Section::kFailCounts, "resource fail counts"},
    {'o', Section::kOperations, "resource operations"},
    {'A', Section::kAttributes, "node attributes"},
    {'L', Section::kBans, "negative location constraints"},
};

struct Switch {
  char key;
  std::string_view what;
  bool& (*of)(Settings& settings);
};

constexpr Switch kSwitches[] = {
    {'n', "group resources by node", [](Settings& s) -> bool& { return s.view.by_node; }},
    {'r', "inactive resources", [](Settings& s) -> bool& { return s.view.list.inactive; }},
    {'t', "timing of operations", [](Settings& s) -> bool& { return s.view.timing; }},
    {'R', "details", [](Settings& s) -> bool& { return s.view.list.detail; }},
    {'b', "brief output", [](Settings& s) -> bool& { return s.view.list.brief; }},
    {'D', "headers", [](Settings& s) -> bool& { return s.view.headers; }},
};

/// A file that lives in memory, to collect the lines of a page.
class PageText {
 public:
  PageText() : stream_(open_memstream(&text_, &size_)) {}
  ~PageText() {
    std::fclose(stream_);
    std::free(text_);
  }
  PageText(const PageText&) = delete;
  PageText& operator=(const PageText&) = delete;

  std::FILE* stream() { return stream_; }
  std::string_view text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

/// The watching of the cluster and the drawing of what is seen.
class Watcher {
 public:
  explicit Watcher(const Settings& settings)
      : settings_(settings),
        agent_(loop_, settings_),
        feed_(loop_, {.changed = [this] { draw(); },
                      .cib_changed = [this](const xml::Document& cib) { agent_.see(cib); },
                      .fenced = [this](const client::FenceEvent& event) { agent_.see(event); }}) {}

  base::Result<void> run() {
    base::Result<daemon::Watch> keys =
        loop_.watch(STDIN_FILENO, {.readable = true}, [this](daemon::Readiness) { read_keys(); });
    if (!keys) return keys.error();
    base::Result<daemon::Watch> end = loop_.on_signal(SIGTERM, [this] { loop_.stop(); });
    base::Result<daemon::Watch> interrupt = loop_.on_signal(SIGINT, [this] { loop_.stop(); });
    base::Result<daemon::Watch> resized = loop_.on_signal(SIGWINCH, [this] { feed_.touch(); });
    if (!end || !interrupt || !resized) return {base::Errc::kInternal, "cannot watch signals"};
    terminal_.draw("Waiting for the cluster...\n");
    feed_.start();
    loop_.run();
    return {};
  }

 private:
  void draw() {
    again_ = loop_.call_after(settings_.interval, [this] { draw(); });
    if (help_) {
      terminal_.draw(key_help(settings_));
      return;
    }
    if (!feed_.has_cib()) {
      terminal_.draw(base::cat("The cluster cannot be reached: ", feed_.lost(), "\n"));
      return;
    }
    base::Result<Snapshot> snapshot = feed_.snapshot(settings_);
    if (!snapshot) {
      terminal_.draw(base::cat("The CIB cannot be read: ", snapshot.error().message, "\n"));
      return;
    }
    PageText page;
    cli::Output output = cli::Output::to_stream(page.stream());
    if (!feed_.lost().empty()) {
      output.line(base::cat("Connection lost, this is the last state seen: ", feed_.lost()));
    }
    print_page(snapshot->view, output);
    terminal_.draw(page.text());
  }

  void read_keys() {
    for (char key = terminal_.read_key(); key != '\0'; key = terminal_.read_key()) {
      if (key == 'q' || key == 'Q') {
        loop_.stop();
        return;
      }
      help_ = key == '?' && !help_;
      apply_key(key, settings_);
    }
    feed_.touch();
  }

  Settings settings_;
  daemon::EventLoop loop_;
  Terminal terminal_;
  bool help_ = false;
  daemon::Timer again_;
  ExternalAgent agent_;
  Feed feed_;
};

}  // namespace

bool apply_key(char key, Settings& settings) {
  for (const KeyBinding& binding : kKeys) {
    if (binding.key != key) continue;
    settings.view.sections.flip(binding.section);
    return true;
  }
  for (const Switch& row : kSwitches) {
    if (row.key != key) continue;
    row.of(settings) = !row.of(settings);
    return true;
  }
  if (key == 'm') {
    settings.view.sections.flip(Section::kFencingSucceeded);
    return true;
  }
  return false;
}

std::string key_help(const Settings& settings) {
  Settings copy = settings;
  const auto line = [](bool shown, char key, std::string_view what) {
    return base::cat(shown ? "* " : "  ", key, ": \t", what, "\n");
  };
  std::string text = "Keys that show and hide (what is marked with * is shown):\n\n";
  for (const KeyBinding& binding : kKeys) {
    text += line(settings.view.sections.has(binding.section), binding.key, binding.what);
  }
  text += line(settings.view.sections.has(Section::kFencingSucceeded), 'm', "fencing history");
  for (const Switch& row : kSwitches) text += line(row.of(copy), row.key, row.what);
  return text + "\n  q: \tquit\n  ?: \tback to the page\n";
}

base::Result<void> watch_cluster(const Settings& settings) {
  Watcher watcher(settings);
  return watcher.run();
}

}  // namespace systole::crmd::monitor
