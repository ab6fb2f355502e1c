#include "lib/client/password_prompt.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <optional>

namespace systole::client {
namespace {

constexpr std::array kSignals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};

volatile std::sig_atomic_t caught_signal = 0;

void note_signal(int number) {
  caught_signal = number;
}

/// Signals are noted, while wait_for_input() waits and at no other time, until this goes.
class SignalNotes {
 public:
  SignalNotes() {
    sigset_t held;
    sigemptyset(&held);
    for (const int number : kSignals) sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &mask_before_);
    struct sigaction action {};
    action.sa_handler = note_signal;
    sigemptyset(&action.sa_mask);
    caught_signal = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], nullptr, &before_[i]);
      // What is ignored (nohup) stays so.
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
  }
  ~SignalNotes() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &before_[i], nullptr);
    }
    ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  SignalNotes(const SignalNotes&) = delete;
  SignalNotes& operator=(const SignalNotes&) = delete;

  /// False when a signal came first.
  bool wait_for_input() const {
    pollfd entry{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (::ppoll(&entry, 1, nullptr, &mask_before_) < 0 && errno == EINTR) {
      if (caught_signal != 0) return false;
    }
    return true;
  }

 private:
  sigset_t mask_before_{};
  std::array<struct sigaction, kSignals.size()> before_{};
};

/// The terminal does not show what is typed until this goes.
class HiddenInput {
 public:
  explicit HiddenInput(const termios& shown) : shown_(shown) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenInput() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_); }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios shown_;
};

/// Up to the end of the line; nothing when a signal came first.
std::optional<std::string> read_line(const SignalNotes& signals) {
  std::string line;
  for (;;) {
    if (!signals.wait_for_input()) return std::nullopt;
    char byte = 0;
    if (::read(STDIN_FILENO, &byte, 1) <= 0 || byte == '\n') return line;
    line += byte;
  }
}

}  // namespace

std::string ask_password(std::string_view prompt) {
  termios shown{};
  if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &shown) != 0) return {};
  for (;;) {
    std::optional<std::string> password;
    {
      const SignalNotes signals;
      const HiddenInput hidden(shown);
      std::cerr << prompt << std::flush;
      password = read_line(signals);
    }
    std::cerr << '\n';
    if (password) return *std::move(password);
    // Now it does what it would have done; after a stop we get back here.
    ::raise(caught_signal);
  }
}

}  // namespace systole::client
