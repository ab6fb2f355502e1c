#include "crmd/tools/node_lookup.h"

#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

/// XPath 1.0 knows no lower-case function.
std::string equals_ignoring_case(std::string_view attribute, std::string_view name) {
  constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
  return base::cat("translate(@", attribute, ", '", kUpper, "', '", kLower,
                   "') = ", xpath_literal(base::to_lower(name)));
}

std::string node_expression(std::string_view name) {
  return base::cat("/cib/configuration/nodes/node[", equals_ignoring_case("uname", name),
                   "] | /cib/configuration/resources//primitive[@class='ocf']"
                   "[@provider='pacemaker'][@type='remote'][",
                   equals_ignoring_case("id", name),
                   "] | /cib/configuration/resources//primitive/meta_attributes/"
                   "nvpair[@name='remote-node'][",
                   equals_ignoring_case("value", name), "] | /cib/status/node_state[",
                   equals_ignoring_case("uname", name), "]");
}

NodeIdentity identity_of(xml::Element match) {
  const auto text = [&](std::string_view name) {
    return std::string(match.attribute_or(name, ""));
  };
  if (match.is("primitive")) return {.id = text("id"), .name = text("id"), .is_remote = true};
  if (match.is("nvpair")) return {.id = text("value"), .name = text("value"), .is_remote = true};
  const bool is_remote = match.attribute_or("type", "") == "remote" ||
                         base::parse_bool(match.attribute_or("remote_node", "")).value_or(false);
  return {.id = text("id"), .name = text("uname"), .is_remote = is_remote};
}

}  // namespace

std::string xpath_literal(std::string_view text) {
  if (text.find('\'') == text.npos) return base::cat("'", text, "'");
  if (text.find('"') == text.npos) return base::cat("\"", text, "\"");
  std::string out = "concat(";
  for (const char c : text) {
    if (out.back() != '(') out += ",";
    out += c == '\'' ? std::string("\"'\"") : base::cat("'", c, "'");
  }
  return out += ")";
}

base::Result<NodeIdentity> find_node(client::CibClient& cib, std::string_view name) {
  const base::Result<xml::Document> found = cib.query_xpath(node_expression(name));
  if (!found) {
    if (found.error().code != base::Errc::kNotFound) return found.error();
    return {base::Errc::kNotFound, base::cat("Could not map name=", name, " to a UUID")};
  }
  const xml::Element root = found->root();
  return identity_of(root.is("xpath-query") ? root.first_child() : root);
}

}  // namespace systole::crmd
