#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cib/schemas.h"
#include "policy/input/source.h"

namespace systole::policy::input {

/// What a configuration's schema says of it.
struct SchemaVerdict {
  bool valid = true;
  /// Invalid only because the schema is not installed.
  bool unchecked = false;
  /// One line each, for standard error whatever else is printed there:
  /// "web.xml:12: element primitive: Relax-NG validity error : ..."
  std::vector<std::string> complaints;
};

/// What there is to say of a CIB that names no schema, or asks for none, so that nothing keeps
/// mistakes out of it. Tools that unpack such a CIB say it on standard error, whatever else they
/// print there.
std::optional<std::string_view> missing_schema_complaint(const xml::Document& cib);

/// Holds a configuration against the schema that it names. Where it names none, validation is
/// skipped with a complaint, as it is when it asks for that.
SchemaVerdict check_schema(const Configuration& configuration);

/// The same in a thread of its own, beside other work: to read a grammar takes as long as a small
/// plan.
class SchemaCheck {
 public:
  /// Begins to read the grammar that the configuration names.
  explicit SchemaCheck(const Configuration& configuration);
  /// Without a begin() nothing is checked.
  ~SchemaCheck();
  SchemaCheck(const SchemaCheck&) = delete;
  SchemaCheck& operator=(const SchemaCheck&) = delete;

  /// Lends the configuration's document, which is not to be looked at before result() returns.
  void begin(const xml::Document& cib);
  /// Waits for the end. Called once, after begin().
  SchemaVerdict result();

 private:
  std::promise<const xml::Document*> lent_;
  bool is_begun_ = false;
  std::shared_ptr<const cib::Schemas> schemas_;
  std::future<SchemaVerdict> verdict_;
};

}  // namespace systole::policy::input
