#include <optional>

#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/document.h"
#include "lib/cib/sections.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

void append_bare_copy(xml::Element parent, xml::Element source) {
  xml::Element copy = parent.append(source.name());
  for (const xml::Attribute attribute : source.attributes()) {
    copy.set_attribute(attribute.name, attribute.value);
  }
}

void own(Outcome& outcome, xml::Document document) {
  outcome.output_owner = std::move(document);
  outcome.output = outcome.output_owner->root();
}

void answer_one(Outcome& outcome, xml::Element match, bool bare) {
  if (!bare) {
    outcome.output = match;
    return;
  }
  xml::Document holder = xml::Document::create("holder");
  append_bare_copy(holder.root(), match);
  own(outcome, xml::Document::copy_of(holder.root().first_child()));
}

void answer_many(Outcome& outcome, const std::vector<xml::Element>& matches, bool bare) {
  xml::Document list = xml::Document::create("xpath-query");
  for (const xml::Element match : matches) {
    if (bare) {
      append_bare_copy(list.root(), match);
    } else {
      list.root().append_copy(match);
    }
  }
  own(outcome, std::move(list));
}

void answer_addresses(Outcome& outcome, const std::vector<xml::Element>& matches) {
  xml::Document list = xml::Document::create("xpath-query");
  for (const xml::Element match : matches) {
    list.root().append("xpath-query-path").set_attribute("id", xml::path_of(match));
  }
  own(outcome, std::move(list));
}

void query_xpath(Outcome& outcome, xml::Element root, const Request& request) {
  const auto matches = xml::xpath(root, request.target);
  if (!matches || matches->empty()) {
    outcome.verdict = Error{Errc::kNotFound, matches ? base::cat("nothing matches ", request.target)
                                                     : matches.error().message};
    return;
  }
  const bool bare = request.options.has(CallOption::kNoChildren);
  if (request.options.has(CallOption::kXpathAddress)) {
    answer_addresses(outcome, *matches);
  } else if (matches->size() == 1) {
    answer_one(outcome, matches->front(), bare);
  } else {
    answer_many(outcome, *matches, bare);
  }
}

}  // namespace

Outcome Document::query(const Request& request) const {
  Outcome outcome;
  const Subject subject{request.origin.user, request.origin.groups};
  if (is_exempt(subject.user) || !access_control_enabled(root())) {
    outcome = query_in(root(), request);
  } else if (auto part = readable_part(root(), Permissions::of(subject, root()))) {
    outcome = query_in(part->root(), request);
    if (!outcome.output_owner) outcome.output_owner = std::move(part);
  } else {
    outcome.verdict =
        Error{Errc::kPermission, base::cat("user ", subject.user, " may not read the CIB")};
  }
  outcome.before = outcome.after = version();
  return outcome;
}

Outcome Document::query_in(xml::Element root, const Request& request) {
  Outcome outcome;
  if (request.options.has(CallOption::kXpath)) {
    query_xpath(outcome, root, request);
    return outcome;
  }
  const xml::Element section = section_or_root(root, request.target);
  if (!section) {
    outcome.verdict = Error{Errc::kNotFound, base::cat("the CIB has no section ", request.target)};
    return outcome;
  }
  answer_one(outcome, section, request.options.has(CallOption::kNoChildren));
  return outcome;
}

}  // namespace systole::cib
