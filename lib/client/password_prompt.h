#pragma once

#include <string>
#include <string_view>

namespace systole::client {

/// Shows `prompt` and reads a line from the terminal at standard input, which does not show what is
/// typed. Empty where that is no terminal. A signal that ends or stops the program meanwhile (by
/// Ctrl-C, Ctrl-Z or kill) takes effect only once the terminal is as it was; after a stop the
/// question is asked again.
std::string ask_password(std::string_view prompt);

}  // namespace systole::client
