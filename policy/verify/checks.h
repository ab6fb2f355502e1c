#pragma once

#include <set>
#include <span>
#include <string_view>

#include "lib/xml/element.h"
#include "policy/status/queries.h"
#include "policy/status/status.h"
#include "policy/verify/problem.h"

/// The checks by section of the configuration; one file a section.
namespace systole::policy::verify {

/// What checks look at and where they report.
struct Subject {
  xml::Element configuration;
  const Status& status;
  Problems& problems;
  std::set<std::string_view> ids{};  ///< templates and tags

  /// Whether constraints can name `id`: resources inside of clones and bundles have no such name,
  /// unless one is in a history under it.
  bool knows(std::string_view id) const {
    return ids.count(id) != 0 || find_resource(status, id).has_value();
  }
};

void check_options(const Subject& subject);
void check_nodes(const Subject& subject);
void check_resources(const Subject& subject);
/// The meta-attributes that resources have in force.
void check_meta_attributes(const Subject& subject);
void check_operations(const Subject& subject, xml::Element resource);
void check_constraints(const Subject& subject);
/// A rule with the rules in it; only those of locations need a score.
void check_rule(const Subject& subject, xml::Element rule, bool needs_score);
/// References (`id-ref`) to what does not exist.
void check_references(const Subject& subject);
/// Orders that wait for each other.
void check_order_loops(const Subject& subject);

/// Whether `word`, in any case, is among `words`.
bool is_one_of(std::span<const std::string_view> words, std::string_view word);

/// Scores and numbers that are none, which count as what is at their front.
void check_score(const Subject& subject, std::string_view text);
void check_number(const Subject& subject, std::string_view text);
/// Counts that are none, or less than `minimum`, which takes their place.
void check_count(const Subject& subject, std::string_view text, std::int64_t minimum);
/// Lengths of time that are none, which count as 0.
void check_interval(const Subject& subject, std::string_view text);
/// Whether `text` is a role; says so where it is none.
bool check_role(const Subject& subject, std::string_view text);

}  // namespace systole::policy::verify
