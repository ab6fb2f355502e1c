#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::policy::input {

/// The whole content of a file; "-" is standard input. The error says what the system says.
base::Result<std::string> read_text(const std::string& path);

/// The content of a regular file, to be read from its beginning piece by piece. Nothing where there
/// is none that can be opened. An error ends it; read_text() says which.
std::optional<xml::Source> open_pieces(const std::string& path);

/// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;
/// Gives a text piece by piece.
using Producer = std::function<void(const TextSink&)>;

/// Replaces the content of a file; "-" is standard output. What is long is written as it is made.
base::Result<void> write_pieces(const std::string& path, const Producer& produce);
/// The same for a text that is there already.
base::Result<void> write_text(const std::string& path, std::string_view text);

}  // namespace systole::policy::input
