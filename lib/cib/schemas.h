#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/xml/schema.h"

namespace systole::cib {

/// A version of the configuration language that `validate-with` can name.
struct SchemaInfo {
  std::string_view name;  ///< "pacemaker-3.9", and the file's name without ".rng"
  bool has_grammar;       ///< known by name only where false: too old to be read or upgraded
};

/// All known versions, oldest first.
std::span<const SchemaInfo> known_schemas();

/// Index in known_schemas().
std::optional<std::size_t> schema_index(std::string_view name);

/// The validation that `validate-with` asks for to be skipped.
inline constexpr std::string_view kNoSchema = "none";

/// The grammars of one directory, read when they are first needed and kept. Thread-safe.
class Schemas {
 public:
  /// The directory in PCMK_schema_directory, or the one of the installation.
  static std::string default_directory();

  explicit Schemas(std::string directory) : directory_(std::move(directory)) {}

  /// Reads the newest grammar and makes sure that the files of the others are there. A replica
  /// calls this at its start: one that could not read a grammar later would refuse what the others
  /// accept. Errors: kNoSuchFile, kSchema, naming the file.
  base::Result<void> check_installation() const;

  /// Reads a grammar that will be asked for; whether it can be read is said then.
  void prepare(std::string_view name) const;

  /// Violations of the schema that the document's `validate-with` names; none when it is "none".
  /// Errors: kSchema for a name that is unknown or missing, kNoSuchFile for a grammar that is not
  /// installed. The document is not to be looked at meanwhile: its status is set aside.
  base::Result<std::vector<xml::Violation>> validate(const xml::Document& cib) const;
  /// The same with another schema than the one that the document names.
  base::Result<std::vector<xml::Violation>> validate_as(const xml::Document& cib,
                                                        std::string_view schema) const;

 private:
  std::string file_of(std::string_view name) const;
  base::Result<const xml::Schema*> find(std::string_view name) const;

  std::string directory_;
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<std::string, std::unique_ptr<xml::Schema>>> loaded_;
};

}  // namespace systole::cib
