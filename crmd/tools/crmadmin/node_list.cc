#include "crmd/tools/crmadmin/node_list.h"

#include "lib/base/strings.h"
#include "lib/xml/xpath.h"

namespace systole::crmd::crmadmin {
namespace {

using Kind = ConfiguredNode::Kind;

struct Source {
  Kind kind;
  std::string_view expression;
  std::string_view name_attribute;
  std::string_view id_attribute;
};

constexpr Source kSources[] = {
    {Kind::kCluster, "/cib/configuration/nodes/node[not(@type) or @type!='remote']", "uname", "id"},
    {Kind::kGuest,
     "/cib/configuration/resources//primitive/meta_attributes/nvpair[@name='remote-node']", "value",
     "value"},
    {Kind::kRemote,
     "/cib/configuration/resources//primitive[@class='ocf'][@provider='pacemaker']"
     "[@type='remote']",
     "id", "id"},
};

bool is_wanted(Kind kind, std::string_view types) {
  if (types.empty()) return true;
  for (const std::string_view type : base::split(types, ",")) {
    if (type == "all" || type == kind_name(kind)) return true;
  }
  return false;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kCluster:
      return "cluster";
    case Kind::kGuest:
      return "guest";
    case Kind::kRemote:
      break;
  }
  return "remote";
}

std::vector<ConfiguredNode> configured_nodes(xml::Element cib, std::string_view types) {
  std::vector<ConfiguredNode> nodes;
  for (const Source& source : kSources) {
    if (!is_wanted(source.kind, types)) continue;
    const base::Result<std::vector<xml::Element>> found = xml::xpath(cib, source.expression);
    if (!found) continue;
    for (const xml::Element element : *found) {
      nodes.push_back({.kind = source.kind,
                       .name = std::string(element.attribute_or(source.name_attribute, "")),
                       .id = std::string(element.attribute_or(source.id_attribute, ""))});
    }
  }
  return nodes;
}

}  // namespace systole::crmd::crmadmin
