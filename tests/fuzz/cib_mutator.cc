#include "tests/fuzz/cib_mutator.h"

#include <vector>

#include "lib/xml/document.h"
#include "lib/xml/write.h"
#include "tests/properties/dice.h"

namespace systole::fuzz {

namespace {

/// What attributes are set to: every word that rules know, and numbers at their limits.
constexpr std::string_view kValues[] = {"",
                                        "0",
                                        "1",
                                        "-1",
                                        "2",
                                        "7",
                                        "8",
                                        "9",
                                        "3",
                                        "5",
                                        "6",
                                        "190",
                                        "191",
                                        "193",
                                        "255",
                                        "-2",
                                        "10s",
                                        "2147483647",
                                        "-2147483648",
                                        "4294967296",
                                        "9223372036854775807",
                                        "1000000",
                                        "-1000001",
                                        "INFINITY",
                                        "-INFINITY",
                                        "+INFINITY",
                                        "infinity",
                                        "true",
                                        "false",
                                        "yes",
                                        "no",
                                        "on",
                                        "off",
                                        "Started",
                                        "Stopped",
                                        "Promoted",
                                        "Unpromoted",
                                        "Master",
                                        "Slave",
                                        "#default",
                                        "start",
                                        "stop",
                                        "promote",
                                        "demote",
                                        "monitor",
                                        "migrate_to",
                                        "migrate_from",
                                        "notify",
                                        "delete",
                                        "reload",
                                        "cancel",
                                        "meta-data",
                                        "block",
                                        "ignore",
                                        "fence",
                                        "standby",
                                        "restart",
                                        "restart-container",
                                        "ban",
                                        "stop_only",
                                        "stop_start",
                                        "stop_unexpected",
                                        "suicide",
                                        "freeze",
                                        "Mandatory",
                                        "Optional",
                                        "Serialize",
                                        "member",
                                        "down",
                                        "pending",
                                        "banned",
                                        "online",
                                        "offline",
                                        "remote",
                                        "ping",
                                        "stonith",
                                        "ocf",
                                        "lsb",
                                        "systemd",
                                        "pacemaker",
                                        "unfencing",
                                        "nothing",
                                        "quorum",
                                        "and",
                                        "or",
                                        "lt",
                                        "gt",
                                        "eq",
                                        "defined",
                                        "date_spec",
                                        "in_range",
                                        "#uname",
                                        "#kind",
                                        "P1Y2M3DT4H",
                                        "2023-11-14T22:13:20Z",
                                        "%00",
                                        "a:b:c"};

/// Names of pairs and attributes that change what a plan is.
constexpr std::string_view kNames[] = {"clone-max",
                                       "clone-node-max",
                                       "promoted-max",
                                       "promoted-node-max",
                                       "promotable",
                                       "ordered",
                                       "interleave",
                                       "notify",
                                       "globally-unique",
                                       "target-role",
                                       "is-managed",
                                       "maintenance",
                                       "resource-stickiness",
                                       "migration-threshold",
                                       "failure-timeout",
                                       "multiple-active",
                                       "requires",
                                       "priority",
                                       "allow-migrate",
                                       "container",
                                       "remote-node",
                                       "critical",
                                       "provides",
                                       "container-attribute-target",
                                       "resource-discovery-enabled",
                                       "standby",
                                       "shutdown",
                                       "terminate",
                                       "no-quorum-policy",
                                       "stonith-enabled",
                                       "placement-strategy",
                                       "symmetric-cluster",
                                       "shutdown-lock",
                                       "shutdown-lock-limit",
                                       "node-pending-timeout",
                                       "priority-fencing-delay",
                                       "interval-origin",
                                       "start-delay",
                                       "timeout",
                                       "interval",
                                       "on-fail",
                                       "enabled",
                                       "role",
                                       "record-pending"};

class TreeMutator {
 public:
  TreeMutator(xml::Document& document, unsigned seed) : document_(document), dice_(seed) {}

  void mutate() {
    const int steps = dice_.pick(1, 4);
    for (int i = 0; i < steps; ++i) step();
  }

 private:
  void collect(xml::Element element, std::vector<xml::Element>& out) {
    out.push_back(element);
    for (const xml::Element child : element.children()) collect(child, out);
  }

  static std::vector<xml::Attribute> attributes_of(xml::Element element) {
    std::vector<xml::Attribute> out;
    for (const xml::Attribute attribute : element.attributes()) out.push_back(attribute);
    return out;
  }

  void step() {
    std::vector<xml::Element> elements;
    collect(document_.root(), elements);
    xml::Element element = dice_.one_of(elements);
    xml::Element other = dice_.one_of(elements);
    const int kind = dice_.pick(1, 100);
    if (kind <= 35) {
      set_value(element, std::string(dice_.one_of(std::span<const std::string_view>(kValues))));
    } else if (kind <= 60) {
      copy_value(element, other);
    } else if (kind <= 68) {
      remove_attribute(element);
    } else if (kind <= 78) {
      add_attribute(element);
    } else if (element == document_.root()) {
      return;
    } else if (kind <= 86) {
      element.remove();
    } else if (kind <= 93) {
      element.parent().insert_copy(element, other.parent() == element.parent() ? other : element);
    } else {
      xml::Document copy = xml::Document::copy_of(element);
      other.append_copy(copy.root());
    }
  }

  void set_value(xml::Element element, const std::string& value) {
    const auto attributes = attributes_of(element);
    if (attributes.empty()) return;
    element.set_attribute(std::string(dice_.one_of(attributes).name), value);
  }

  void copy_value(xml::Element element, xml::Element other) {
    const auto from = attributes_of(other);
    if (from.empty()) return;
    const xml::Attribute& attribute = dice_.one_of(from);
    const std::string value(attribute.value);
    const std::string name(attribute.name);
    if (dice_.chance(50)) {
      set_value(element, value);
    } else {
      element.set_attribute(name, value);
    }
  }

  void remove_attribute(xml::Element element) {
    const auto attributes = attributes_of(element);
    if (attributes.empty()) return;
    element.remove_attribute(std::string(dice_.one_of(attributes).name));
  }

  void add_attribute(xml::Element element) {
    const std::string name(dice_.one_of(std::span<const std::string_view>(kNames)));
    const std::string value(dice_.one_of(std::span<const std::string_view>(kValues)));
    if (element.is("nvpair")) {
      element.set_attribute("name", name);
      element.set_attribute("value", value);
    } else {
      element.set_attribute(name, value);
    }
  }

  xml::Document& document_;
  properties::Dice dice_;
};

}  // namespace

std::string mutate_cib(const std::string& text, unsigned seed) {
  auto document = xml::Document::parse(text, {.max_bytes = 1 << 17});
  if (!document) {
    std::string changed = text.empty() ? "<cib/>" : text;
    changed[seed % changed.size()] = static_cast<char>('!' + seed / 256 % 90);
    return changed;
  }
  TreeMutator(*document, seed).mutate();
  return xml::to_string(document->root());
}

}  // namespace systole::fuzz
