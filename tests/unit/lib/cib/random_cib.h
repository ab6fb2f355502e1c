#pragma once

#include <random>
#include <string>

#include "lib/cib/request.h"
#include "lib/xml/document.h"

namespace systole::cib::testing_support {

/// Random documents and requests from a seed, small enough that collisions of tags and ids, which
/// are where patchsets get hard, happen all the time.
class RandomCib {
 public:
  explicit RandomCib(unsigned seed) : random_(seed) {}

  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  /// A CIB with random sections.
  xml::Document document() {
    xml::Document cib = xml::Document::create("cib");
    xml::Element root = cib.root();
    root.set_attribute("crm_feature_set", "3.16.1");
    root.set_attribute("validate-with", "none");
    root.set_attribute("epoch", below(3));
    root.set_attribute("num_updates", below(3));
    root.set_attribute("admin_epoch", below(2));
    if (below(2) == 0) root.set_attribute("have-quorum", below(2));
    xml::Element configuration = root.append("configuration");
    for (const char* section : {"crm_config", "nodes", "resources", "constraints"}) {
      if (below(5) != 0) fill(configuration.append(section), 3);
    }
    fill(root.append("status"), 3);
    return cib;
  }

  /// A changed copy of a document.
  xml::Document changed(const xml::Document& original) {
    xml::Document copy = original.clone();
    for (int i = below(6); i >= 0; --i) edit(any_below(copy.root()));
    return copy;
  }

  void fill(xml::Element parent, int depth) {
    for (int i = below(5); i > 0; --i) add(parent, depth);
  }

  void add(xml::Element parent, int depth) {
    if (below(8) == 0) {
      parent.append_comment("note " + std::to_string(below(3)));
      return;
    }
    xml::Element child = parent.append(tag());
    if (below(4) != 0) child.set_attribute("id", id());
    decorate(child);
    if (depth > 0) fill(child, depth - 1);
  }

  void decorate(xml::Element element) {
    for (int i = below(3); i > 0; --i) element.set_attribute(name(), value());
  }

  /// An input element for a request.
  xml::Document input() {
    xml::Document holder = xml::Document::create("holder");
    switch (below(6)) {
      case 0:
        return xml::Document::create("resources");
      case 1: {
        xml::Document section = xml::Document::create("status");
        fill(section.root(), 2);
        return section;
      }
      default: {
        xml::Element object = holder.root().append(tag());
        if (below(6) != 0) object.set_attribute("id", id());
        decorate(object);
        fill(object, 2);
        return xml::Document::copy_of(object);
      }
    }
  }

  std::string section() {
    static constexpr const char* kNames[] = {"",      "cib",       "status", "configuration",
                                             "nodes", "resources", "tags",   "constraints",
                                             "bogus", "crm_config"};
    return kNames[below(10)];
  }

  std::string expression() {
    switch (below(5)) {
      case 0:
        return "//" + tag();
      case 1:
        return "//*[@id='" + id() + "']";
      case 2:
        return "/cib/configuration/" + section();
      case 3:
        return "//" + tag() + "[@" + name() + "]";
      default:
        return "/cib/status/*";
    }
  }

  std::string tag() { return std::string(1, static_cast<char>('a' + below(4))); }
  std::string id() { return "i" + std::to_string(below(6)); }
  std::string name() { return "n" + std::to_string(below(4)); }
  std::string value() {
    static constexpr const char* kValues[] = {
        "", "1", "INFINITY", "n1++", "n2+=5", "tab\tline\n<&>\"'", "\xc3\xa9<b", "x"};
    return kValues[below(8)];
  }

 private:
  xml::Element any_below(xml::Element root) {
    xml::Element at = root;
    while (at.first_child() && below(4) != 0) {
      int steps = below(4);
      xml::Element child = at.first_child();
      while (steps-- > 0 && child.next()) child = child.next();
      at = child;
    }
    return at;
  }

  void edit(xml::Element at) {
    const bool is_root = !at.parent();
    switch (below(6)) {
      case 0:
        decorate(at);
        break;
      case 1:
        if (!is_root) add(at, 2);
        break;
      case 2:
        if (!is_root && at.parent().parent()) at.remove();
        break;
      case 3:
        if (!is_root) at.parent().move_here(at, at.parent().first_child());
        break;
      case 4:
        if (!is_root) at.parent().move_here(at, xml::Element());
        break;
      default:
        if (!is_root && at.parent().parent()) at.parent().insert_copy(at, at);
        break;
    }
  }

  std::mt19937 random_;
};

}  // namespace systole::cib::testing_support
