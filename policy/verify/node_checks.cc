#include <array>

#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

void check_node_kind(const Subject& subject, xml::Element node) {
  constexpr std::array<std::string_view, 3> kNodeKinds = {"member", "ping", "remote"};
  const std::string_view name = node.attribute_or("uname", {});
  const std::string_view kind = node.attribute_or("type", "member");
  const bool is_known = is_one_of(kNodeKinds, kind);
  if (!is_known) {
    subject.problems.warning("Node ", name, " has unrecognized type '", kind, "', assuming 'ping'");
  }
  if (!is_known || base::equal_ignoring_case(kind, "ping")) {
    subject.problems.warning("Support for nodes of type 'ping' (such as ", name,
                             ") is deprecated and will be removed in a future release");
  }
}

}  // namespace

void check_nodes(const Subject& subject) {
  const xml::Element nodes = subject.configuration.first_child("nodes");
  if (!nodes) return;
  std::set<std::string_view> names;
  for (const xml::Element node : nodes.children("node")) {
    if (node.id().empty()) {
      subject.problems.error("Ignoring <node> entry in configuration without id");
      continue;
    }
    check_node_kind(subject, node);
    const auto name = node.attribute("uname");
    if (name && !names.insert(*name).second) {
      subject.problems.warning("More than one node entry has name '", *name, "'");
    }
    if (const auto score = node.attribute("score")) check_score(subject, *score);
  }
}

}  // namespace systole::policy::verify
