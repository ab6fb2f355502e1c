#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::policy::input {

/// The cluster's configuration, or what CIB_file and CIB_shadow name in its place.
struct Live {
  bool operator==(const Live&) const = default;
};
/// A file; "-" is standard input.
struct File {
  std::string path;
  bool operator==(const File&) const = default;
};
struct Text {
  std::string xml;
  bool operator==(const Text&) const = default;
};
using Source = std::variant<Live, File, Text>;

/// How a line of a file is called in messages: "web.xml:12", "Entity: line 12" where it is in none.
std::string place_in(const std::string& file, long line);

/// A configuration and how its lines are called in messages.
struct Configuration {
  xml::Document cib;
  std::string file;  ///< empty for what came without a file

  std::string place(long line) const { return place_in(file, line); }
};

/// Reads from `source`; `client` is the name under which the cluster knows the tool, `harvest` what
/// is done with parts that are to be left out. Errors: those of the CIB's client for a live one,
/// else what the system or the parser says.
base::Result<Configuration> read(const Source& source, std::string_view client,
                                 const xml::Harvest* harvest = nullptr);

}  // namespace systole::policy::input
