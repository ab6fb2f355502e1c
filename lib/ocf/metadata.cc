#include "lib/ocf/metadata.h"

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::ocf {
namespace {

using base::Errc;
using xml::Element;

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 32;

std::string text_of(Element parent, std::string_view name) {
  const Element child = parent.first_child(name);
  return child ? std::string(base::trim(child.text())) : std::string();
}

bool truth(Element element, std::string_view name) {
  return base::parse_bool(element.attribute_or(name, "0")).value_or(false);
}

std::optional<base::Milliseconds> duration(Element element, std::string_view name) {
  const auto text = element.attribute(name);
  if (!text) return std::nullopt;
  const base::Result<base::Milliseconds> read = base::parse_duration(*text);
  if (!read) return std::nullopt;
  return *read;
}

/// OCF 1.1 has `reloadable` and `unique-group`; in 1.0 `unique` meant both.
ParameterMetadata read_parameter(Element element) {
  ParameterMetadata parameter{
      .name = std::string(element.attribute_or("name", "")),
      .short_description = text_of(element, "shortdesc"),
      .long_description = text_of(element, "longdesc"),
      .unique_group = std::string(element.attribute_or("unique-group", "")),
      .required = truth(element, "required"),
      .reloadable = truth(element, "reloadable"),
      .deprecated = truth(element, "deprecated") || element.first_child("deprecated"),
      .secret = truth(element, "private"),
      .unique = truth(element, "unique"),
  };
  if (const Element content = element.first_child("content")) {
    parameter.type = std::string(content.attribute_or("type", "string"));
    if (const auto value = content.attribute("default")) parameter.default_value = *value;
    for (const Element option : content.children("option")) {
      parameter.choices.emplace_back(option.attribute_or("value", ""));
    }
  }
  return parameter;
}

ActionMetadata read_action(Element element) {
  return {.name = std::string(element.attribute_or("name", "")),
          .role = std::string(element.attribute_or("role", "")),
          .timeout = duration(element, "timeout"),
          .interval = duration(element, "interval"),
          .start_delay = duration(element, "start-delay"),
          .depth = std::string(element.attribute_or("depth", "")),
          .automatic = truth(element, "automatic"),
          .on_target = truth(element, "on_target")};
}

/// Agents name a DTD that nobody reads; the parser takes none. One with declarations stays, and is
/// refused by the parser.
std::string without_doctype(std::string_view text) {
  const std::size_t begin = text.find("<!DOCTYPE");
  if (begin == std::string_view::npos) return std::string(text);
  const std::size_t end = text.find_first_of("[>", begin);
  if (end == std::string_view::npos || text[end] == '[') return std::string(text);
  return base::cat(text.substr(0, begin), text.substr(end + 1));
}

}  // namespace

const ParameterMetadata* Metadata::parameter(std::string_view wanted) const {
  for (const ParameterMetadata& each : parameters) {
    if (each.name == wanted) return &each;
  }
  return nullptr;
}

const ActionMetadata* Metadata::action(std::string_view wanted) const {
  for (const ActionMetadata& each : actions) {
    if (each.name == wanted) return &each;
  }
  return nullptr;
}

base::Result<Metadata> parse_metadata(std::string_view text) {
  const std::size_t begin = text.find('<');
  if (begin == std::string_view::npos) {
    return {Errc::kInvalidArgument, "the agent's metadata is no XML"};
  }
  base::Result<xml::Document> document =
      xml::Document::parse(without_doctype(text.substr(begin)),
                           {.max_bytes = kMaxBytes, .max_depth = kMaxDepth}, xml::Text::kKeep);
  if (!document) return document.error();
  const Element root = document->root();
  if (!root.is("resource-agent")) {
    return {Errc::kInvalidArgument,
            base::cat("the agent's metadata begins with <", root.name(), ">, not resource-agent")};
  }
  Metadata metadata{.name = std::string(root.attribute_or("name", "")),
                    .version = std::string(root.attribute_or("version", "")),
                    .ocf_version = text_of(root, "version"),
                    .short_description = text_of(root, "shortdesc"),
                    .long_description = text_of(root, "longdesc")};
  if (metadata.short_description.empty()) {
    metadata.short_description = std::string(root.attribute_or("shortdesc", ""));
  }
  if (const Element parameters = root.first_child("parameters")) {
    for (const Element each : parameters.children("parameter")) {
      metadata.parameters.push_back(read_parameter(each));
    }
  }
  if (const Element actions = root.first_child("actions")) {
    for (const Element each : actions.children("action")) {
      metadata.actions.push_back(read_action(each));
    }
  }
  return metadata;
}

}  // namespace systole::ocf
