#include "lib/cib/sections.h"

#include <array>

namespace systole::cib {
namespace {

constexpr std::array kSections = {
    Section{"cib", ""},
    Section{"all", ""},
    Section{"status", "cib"},
    Section{"configuration", "cib"},
    Section{"crm_config", "configuration"},
    Section{"nodes", "configuration"},
    Section{"resources", "configuration"},
    Section{"constraints", "configuration"},
    Section{"op_defaults", "configuration"},
    Section{"rsc_defaults", "configuration"},
    Section{"acls", "configuration"},
    Section{"fencing-topology", "configuration"},
    Section{"tags", "configuration"},
    Section{"alerts", "configuration"},
};

}  // namespace

const Section* section_named(std::string_view name) {
  for (const Section& section : kSections) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

xml::Element find_section(xml::Element root, const Section& section) {
  if (section.parent.empty()) return root;
  if (section.parent == "cib") return root.first_child(section.name);
  const xml::Element parent = root.first_child(section.parent);
  return parent ? parent.first_child(section.name) : xml::Element();
}

xml::Element section_or_root(xml::Element root, std::string_view name) {
  const Section* section = section_named(name);
  return section == nullptr ? root : find_section(root, *section);
}

}  // namespace systole::cib
