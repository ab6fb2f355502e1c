#include "crmd/tools/crm_attribute/attributes.h"

#include <array>
#include <cctype>

#include "lib/base/pattern.h"
#include "lib/base/strings.h"
#include "lib/cib/request.h"

namespace systole::crmd::crm_attribute {
namespace {

using base::Result;

struct ScopeRow {
  Scope scope;
  std::string_view name;
  /// The section that requests name.
  std::string_view section;
  /// Where the sets are; "%" stands for the node's id.
  std::string_view path;
  /// Tag of the sets.
  std::string_view set_tag;
  /// Id of the set that is made; "%" as above.
  std::string_view set_id;
  bool has_node;
};

// In the order of the enumeration.
constexpr std::array kScopes = {
    ScopeRow{Scope::kCrmConfig, "crm_config", "crm_config", "/cib/configuration/crm_config",
             "cluster_property_set", "cib-bootstrap-options", false},
    ScopeRow{Scope::kNodes, "nodes", "nodes", "/cib/configuration/nodes/node[@id=%]",
             "instance_attributes", "nodes-%", true},
    ScopeRow{Scope::kStatus, "status", "status",
             "/cib/status/node_state[@id=%]/transient_attributes", "instance_attributes",
             "status-%", true},
    ScopeRow{Scope::kRscDefaults, "rsc_defaults", "rsc_defaults", "/cib/configuration/rsc_defaults",
             "meta_attributes", "rsc_defaults-options", false},
    ScopeRow{Scope::kOpDefaults, "op_defaults", "op_defaults", "/cib/configuration/op_defaults",
             "meta_attributes", "op_defaults-options", false},
    ScopeRow{Scope::kTickets, "tickets", "status", "/cib/status/tickets", "instance_attributes",
             "status-tickets", false},
};

const ScopeRow& row(Scope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}

std::string fill_in(std::string_view text, std::string_view node) {
  const std::size_t at = text.find('%');
  if (at == text.npos) return std::string(text);
  return base::cat(text.substr(0, at), node, text.substr(at + 1));
}

std::string_view set_tag(const Selection& selection) {
  return selection.utilization ? "utilization" : row(selection.scope).set_tag;
}

std::string query_expression(const Selection& selection) {
  std::string out = fill_in(row(selection.scope).path, xpath_literal(selection.node.id));
  out += base::cat("//", set_tag(selection));
  if (!selection.set.empty()) out += base::cat("[@id=", xpath_literal(selection.set), "]");
  out += "//nvpair";
  if (!selection.id.empty()) out += base::cat("[@id=", xpath_literal(selection.id), "]");
  if (!selection.name.empty()) out += base::cat("[@name=", xpath_literal(selection.name), "]");
  return out;
}

/// An id may not hold every character of a name.
std::string as_id(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) == 0 && c != '-' && c != '_' && c != '.') c = '.';
  }
  return out;
}

/// The elements around a set, as the section's request names them; returns where the set goes.
xml::Element make_parents(xml::Document& input, const Selection& selection) {
  xml::Element root = input.root();
  const NodeIdentity& node = selection.node;
  switch (selection.scope) {
    case Scope::kNodes:
      root.set_attribute("id", node.id);
      root.set_attribute("uname", node.name);
      if (node.is_remote) root.set_attribute("type", "remote");
      return root;
    case Scope::kStatus: {
      root.set_attribute("id", node.id);
      root.set_attribute("uname", node.name);
      if (node.is_remote) root.set_attribute("remote_node", "true");
      xml::Element transient = root.append("transient_attributes");
      transient.set_attribute("id", node.id);
      return transient;
    }
    default:
      return root;
  }
}

std::string_view root_tag(const Selection& selection) {
  switch (selection.scope) {
    case Scope::kNodes:
      return "node";
    case Scope::kStatus:
      return "node_state";
    case Scope::kTickets:
      return "tickets";
    default:
      return set_tag(selection);
  }
}

Result<void> create(client::CibClient& cib, const Selection& selection, const std::string& value) {
  const ScopeRow& scope = row(selection.scope);
  const std::string set = set_id(selection);
  const std::string id =
      selection.id.empty() ? as_id(base::cat(set, "-", selection.name)) : selection.id;
  xml::Document input = xml::Document::create(root_tag(selection));
  xml::Element parent = make_parents(input, selection);
  xml::Element element = parent.is(set_tag(selection)) ? parent : parent.append(set_tag(selection));
  element.set_attribute("id", set);
  xml::Element pair = element.append("nvpair");
  pair.set_attribute("id", id);
  pair.set_attribute("name", selection.name);
  pair.set_attribute("value", value);
  return cib.change({.operation = cib::Operation::kModify,
                     .target = std::string(scope.section),
                     .options = cib::CallOption::kCanCreate | cib::CallOption::kQuorumOverride,
                     .input = input.root()});
}

}  // namespace

std::string set_id(const Selection& selection) {
  if (!selection.set.empty()) return selection.set;
  std::string made = as_id(fill_in(row(selection.scope).set_id, selection.node.id));
  return selection.utilization ? made + "-utilization" : made;
}

std::string_view scope_name(Scope scope) {
  return row(scope).name;
}

std::optional<Scope> scope_named(std::string_view name) {
  // The lifetimes are accepted as names of the scopes that they mean.
  if (name == "reboot") return Scope::kStatus;
  if (name == "forever") return Scope::kNodes;
  for (const ScopeRow& candidate : kScopes) {
    if (candidate.name == name) return candidate.scope;
  }
  return std::nullopt;
}

bool has_node(Scope scope) {
  return row(scope).has_node;
}

Result<std::vector<Found>> find(client::CibClient& cib, const Selection& selection) {
  std::optional<base::Pattern> pattern;
  if (!selection.pattern.empty()) {
    pattern = base::Pattern::compile(selection.pattern);
    if (!pattern) {
      return {base::Errc::kInvalidArgument,
              base::cat("'", selection.pattern, "' is no regular expression")};
    }
  }
  const Result<xml::Document> answer = cib.query_xpath(query_expression(selection));
  std::vector<Found> found;
  if (!answer) {
    if (answer.error().code == base::Errc::kNotFound) return found;
    return answer.error();
  }
  const auto add = [&](xml::Element pair) {
    Found one{.id = std::string(pair.id()),
              .name = std::string(pair.attribute_or("name", "")),
              .value = std::string(pair.attribute_or("value", ""))};
    if (!pattern || pattern->matches(one.name)) found.push_back(std::move(one));
  };
  if (answer->root().is("nvpair")) {
    add(answer->root());
  } else {
    for (const xml::Element pair : answer->root().children("nvpair")) add(pair);
  }
  return found;
}

Result<void> write(client::CibClient& cib, const Selection& selection,
                   const std::optional<Found>& existing, const std::string& value) {
  if (!existing) return create(cib, selection, value);
  xml::Document input = xml::Document::create("nvpair");
  input.root().set_attribute("id", existing->id);
  input.root().set_attribute("name", existing->name);
  input.root().set_attribute("value", value);
  return cib.change({.operation = cib::Operation::kModify,
                     .target = std::string(row(selection.scope).section),
                     .options = cib::CallOption::kQuorumOverride,
                     .input = input.root()});
}

Result<void> remove(client::CibClient& cib, const Selection& selection, const Found& existing) {
  xml::Document input = xml::Document::create("nvpair");
  input.root().set_attribute("id", existing.id);
  input.root().set_attribute("name", existing.name);
  return cib.change({.operation = cib::Operation::kDelete,
                     .target = std::string(row(selection.scope).section),
                     .options = cib::CallOption::kQuorumOverride,
                     .input = input.root()});
}

}  // namespace systole::crmd::crm_attribute
