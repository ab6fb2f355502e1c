#include "crmd/tools/cibadmin/access_view.h"

#include <array>
#include <set>

#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"
#include "lib/xml/write.h"

namespace systole::crmd::cibadmin {
namespace {

using cib::Access;

struct Look {
  Access access;
  std::string_view color;
  std::string_view heading;
  std::string_view prefix;
  std::string_view uri;
};

// In the order in which namespaces are declared.
constexpr std::array kLooks = {
    Look{Access::kWrite, "\033[32m", "vvv---[ WRITABLE ]---vvv", "pcmk-access-writable",
         "http://clusterlabs.org/ns/pacemaker/access/writable"},
    Look{Access::kRead, "\033[34m", "vvv---[ READABLE ]---vvv", "pcmk-access-readable",
         "http://clusterlabs.org/ns/pacemaker/access/readable"},
    Look{Access::kDeny, "\033[31m", "vvv---[ ~DENIED~ ]---vvv", "pcmk-access-denied",
         "http://clusterlabs.org/ns/pacemaker/access/denied"},
};
constexpr std::string_view kNoColor = "\033[0m";

const Look& look_of(Access access) {
  for (const Look& look : kLooks) {
    if (look.access == access) return look;
  }
  return kLooks.back();
}

class View {
 public:
  View(const cib::Permissions& permissions, AccessStyle style)
      : permissions_(permissions), style_(style) {}

  std::string render(xml::Element part) {
    if (style_ == AccessStyle::kNamespace) note_used(part);
    write(part, 0, std::nullopt);
    return std::move(out_);
  }

 private:
  void note_used(xml::Element element) {
    used_.insert(permissions_.at(element));
    for (const xml::Element child : element.children()) note_used(child);
  }

  void indent(std::size_t depth) { out_.append(2 * depth, ' '); }

  void heading(const Look& look, std::size_t depth) {
    if (depth > 0) {
      indent(depth);
      out_.push_back('\n');
      indent(depth);
    }
    out_.append(look.heading).push_back('\n');
  }

  void attributes(xml::Element element, std::size_t depth) {
    for (const xml::Attribute attribute : element.attributes()) {
      out_.append(base::cat(" ", attribute.name, "=\""));
      base::escape_xml(attribute.value, out_, base::XmlEscapes::kStandard);
      out_.push_back('"');
    }
    if (depth > 0 || style_ != AccessStyle::kNamespace) return;
    for (const Look& look : kLooks) {
      if (!used_.contains(look.access)) continue;
      out_.append(base::cat(" xmlns:", look.prefix, "=\"", look.uri, "\""));
    }
  }

  void comment(xml::Element element, std::size_t depth) {
    indent(depth);
    out_.append(base::cat("<!--", element.text(), "-->\n"));
  }

  void write(xml::Element element, std::size_t depth, std::optional<Access> around) {
    const Access access = permissions_.at(element);
    const Look& look = look_of(access);
    const bool changes = around != access;
    const bool colored = style_ == AccessStyle::kColor;
    const std::string name = style_ == AccessStyle::kNamespace && changes
                                 ? base::cat(look.prefix, ":", element.name())
                                 : std::string(element.name());
    if (style_ == AccessStyle::kText && changes) heading(look, depth);
    indent(depth);
    out_.append(base::cat(colored ? look.color : "", "<", name));
    attributes(element, depth);
    const std::string_view end = colored ? kNoColor : "";
    if (element.nodes().empty()) {
      out_.append(base::cat("/>", end, "\n"));
      return;
    }
    out_.append(">\n");
    for (const xml::Element child : element.nodes()) {
      if (child.is_comment()) {
        comment(child, depth + 1);
      } else {
        write(child, depth + 1, access);
      }
    }
    indent(depth);
    out_.append(base::cat(colored ? look.color : "", "</", name, ">", end, "\n"));
  }

  const cib::Permissions& permissions_;
  AccessStyle style_;
  std::set<Access> used_;
  std::string out_;
};

}  // namespace

std::optional<AccessStyle> access_style(std::string_view name, bool terminal) {
  if (name.empty() || name == "auto") return terminal ? AccessStyle::kColor : AccessStyle::kText;
  if (name == "color") return AccessStyle::kColor;
  if (name == "text") return AccessStyle::kText;
  if (name == "namespace") return AccessStyle::kNamespace;
  return std::nullopt;
}

std::string access_view(xml::Element part, const cib::Permissions& permissions,
                        std::string_view user, AccessStyle style) {
  return base::cat("<!-- ACLs as evaluated for user ", user, " -->\n",
                   View(permissions, style).render(part));
}

}  // namespace systole::crmd::cibadmin
