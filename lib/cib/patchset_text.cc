#include "lib/cib/patchset_text.h"

#include <string_view>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::cib {
namespace {

std::string version_text(xml::Element version) {
  return base::cat(version.attribute_or("admin_epoch", "0"), ".",
                   version.attribute_or("epoch", "0"), ".",
                   version.attribute_or("num_updates", "0"));
}

/// The lines of the new element, all as far to the right as the first, which follows the path.
void add_created(std::string_view path, xml::Element created, std::vector<std::string>& lines) {
  const std::string text = xml::Document::copy_of(created).indented();
  std::string lead = base::cat("++ ", path, ":  ");
  for (const std::string_view line : base::split(text, "\n")) {
    if (line.empty()) continue;
    lines.push_back(base::cat(lead, line));
    lead = "++" + std::string(lead.size() - 2, ' ');
  }
}

void add_modified(std::string_view path, xml::Element list, std::vector<std::string>& lines) {
  std::string set;
  std::string unset;
  for (const xml::Element change : list.children("change-attr")) {
    const std::string_view name = change.attribute_or("name", "");
    if (change.attribute_or("operation", "") == "set") {
      set += base::cat(set.empty() ? "" : ", ", "@", name, "=", change.attribute_or("value", ""));
    } else {
      unset += base::cat(unset.empty() ? "" : ", ", "@", name);
    }
  }
  if (!set.empty()) lines.push_back(base::cat("+  ", path, ":  ", set));
  if (!unset.empty()) lines.push_back(base::cat("-- ", path, ":  ", unset));
}

}  // namespace

std::vector<std::string> patchset_text(xml::Element patchset) {
  std::vector<std::string> lines;
  if (const xml::Element version = patchset.first_child("version")) {
    lines.push_back(base::cat("Diff: --- ", version_text(version.first_child("source")), " ",
                              patchset.attribute_or("format", "")));
    lines.push_back(base::cat("Diff: +++ ", version_text(version.first_child("target")), " ",
                              patchset.attribute_or("digest", "(null)")));
  }
  for (const xml::Element change : patchset.children("change")) {
    const std::string_view operation = change.attribute_or("operation", "");
    const std::string_view path = change.attribute_or("path", "");
    if (operation == "create") {
      if (const xml::Element created = change.first_child()) add_created(path, created, lines);
    } else if (operation == "move") {
      lines.push_back(
          base::cat("+~ ", path, " moved to offset ", change.attribute_or("position", "")));
    } else if (operation == "delete") {
      lines.push_back(base::cat("-- ", path));
    } else if (const xml::Element list = change.first_child("change-list")) {
      add_modified(path, list, lines);
    }
  }
  return lines;
}

}  // namespace systole::cib
