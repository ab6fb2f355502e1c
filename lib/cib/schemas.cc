#include "lib/cib/schemas.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "lib/base/strings.h"
#include "lib/cib/version.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

// The names that clients and old files use, oldest first.
constexpr std::array kKnown = {
    SchemaInfo{"pacemaker-0.6", false}, SchemaInfo{"transitional-0.6", false},
    SchemaInfo{"pacemaker-0.7", false}, SchemaInfo{"pacemaker-1.0", true},
    SchemaInfo{"pacemaker-1.1", true},  SchemaInfo{"pacemaker-1.2", true},
    SchemaInfo{"pacemaker-1.3", true},  SchemaInfo{"pacemaker-2.0", true},
    SchemaInfo{"pacemaker-2.1", true},  SchemaInfo{"pacemaker-2.2", true},
    SchemaInfo{"pacemaker-2.3", true},  SchemaInfo{"pacemaker-2.4", true},
    SchemaInfo{"pacemaker-2.5", true},  SchemaInfo{"pacemaker-2.6", true},
    SchemaInfo{"pacemaker-2.7", true},  SchemaInfo{"pacemaker-2.8", true},
    SchemaInfo{"pacemaker-2.9", true},  SchemaInfo{"pacemaker-2.10", true},
    SchemaInfo{"pacemaker-3.0", true},  SchemaInfo{"pacemaker-3.1", true},
    SchemaInfo{"pacemaker-3.2", true},  SchemaInfo{"pacemaker-3.3", true},
    SchemaInfo{"pacemaker-3.4", true},  SchemaInfo{"pacemaker-3.5", true},
    SchemaInfo{"pacemaker-3.6", true},  SchemaInfo{"pacemaker-3.7", true},
    SchemaInfo{"pacemaker-3.8", true},  SchemaInfo{"pacemaker-3.9", true},
    SchemaInfo{"pacemaker-3.10", true}, SchemaInfo{"pacemaker-4.0", true},
};

/// Takes what is in a status section out of the document for a while: schemas say nothing about
/// it, and it is most of a large CIB. To check a copy without it would cost more than the check of
/// a small one.
class StatusAside {
 public:
  explicit StatusAside(xml::Element root) : root_(root) {
    std::vector<xml::Element> found;
    for (const xml::Element status : root_.children("status")) found.push_back(status);
    for (xml::Element status : found) {
      xml::Element place = root_.append("status");
      place.take_line_of(status);
      root_.move_here(place, status);
      aside_.emplace_back(place, status.detach());
    }
  }
  ~StatusAside() {
    for (auto& [place, status] : aside_) {
      root_.attach(std::move(status), place);
      place.remove();
    }
  }
  StatusAside(const StatusAside&) = delete;
  StatusAside& operator=(const StatusAside&) = delete;

 private:
  xml::Element root_;
  std::vector<std::pair<xml::Element, xml::Detached>> aside_;
};

}  // namespace

std::span<const SchemaInfo> known_schemas() {
  return kKnown;
}

std::optional<std::size_t> schema_index(std::string_view name) {
  for (std::size_t i = 0; i < kKnown.size(); ++i) {
    if (kKnown[i].name == name) return i;
  }
  return std::nullopt;
}

std::string Schemas::default_directory() {
  const char* directory = std::getenv("PCMK_schema_directory");
  return directory != nullptr && *directory != '\0' ? directory : SYSTOLE_SCHEMA_DIRECTORY;
}

base::Result<const xml::Schema*> Schemas::find(std::string_view name) const {
  for (const auto& [known, schema] : loaded_) {
    if (known == name) return schema.get();
  }
  const auto index = schema_index(name);
  if (!index) return Error{Errc::kSchema, base::cat("'", name, "' is no known schema")};
  if (!kKnown[*index].has_grammar) {
    return Error{Errc::kSchema, base::cat("CIBs of ", name, " are too old to be read or upgraded")};
  }
  auto schema = xml::Schema::load(file_of(name));
  if (!schema) return schema.error();
  loaded_.emplace_back(name, std::make_unique<xml::Schema>(std::move(schema).value()));
  return static_cast<const xml::Schema*>(loaded_.back().second.get());
}

base::Result<void> Schemas::check_installation() const {
  for (const SchemaInfo& schema : kKnown) {
    if (schema.has_grammar && access(file_of(schema.name).c_str(), R_OK) != 0) {
      return {Errc::kNoSuchFile,
              base::cat("schema file ", file_of(schema.name), " cannot be read")};
    }
  }
  const std::lock_guard lock(mutex_);
  const auto newest = find(kNewestSchema);
  if (!newest) return newest.error();
  return {};
}

std::string Schemas::file_of(std::string_view name) const {
  return base::cat(directory_, "/", name, ".rng");
}

void Schemas::prepare(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  (void)find(name);
}

base::Result<std::vector<xml::Violation>> Schemas::validate(const xml::Document& cib) const {
  const auto name = cib.root().attribute("validate-with");
  if (!name) return Error{Errc::kSchema, "the CIB names no schema (validate-with)"};
  return validate_as(cib, *name);
}

base::Result<std::vector<xml::Violation>> Schemas::validate_as(const xml::Document& cib,
                                                               std::string_view schema) const {
  if (schema == kNoSchema) return std::vector<xml::Violation>();
  const std::lock_guard lock(mutex_);
  const auto grammar = find(schema);
  if (!grammar) return grammar.error();
  const StatusAside aside(cib.root());
  return (*grammar)->validate(cib);
}

}  // namespace systole::cib
