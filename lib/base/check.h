#pragma once

namespace systole::base {

/// Prints the broken invariant with its place and aborts. Never returns.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace systole::base

/// Stops the process when an invariant of our own is broken, in release builds too: going on with a
/// broken invariant could run a service twice. Input from outside (XML, network, agents, clients)
/// must never be able to reach one; it gets a `Result`.
#define CHECK(expression) \
  ((expression) ? (void)0 : ::systole::base::check_failed(#expression, __FILE__, __LINE__))
