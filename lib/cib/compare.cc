#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "lib/cib/patch_writer.h"

namespace systole::cib {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Pairs the children of one element before and after. A path tells elements apart by tag and id
// only. Tags with children that it cannot tell apart are "rigid": either all of them are the same,
// and stay untouched, or all are deleted and created anew.
class ChildMatch {
 public:
  ChildMatch(const std::vector<xml::Element>& before, std::vector<xml::Element> after)
      : before_(before), after_(std::move(after)), partner_(after_.size(), kNone) {
    find_rigid_tags(before_);
    find_rigid_tags(after_);
    pair_addressable();
    pair_comments();
    pair_rigid();
    settle_moves();
  }

  const std::vector<xml::Element>& after() const { return after_; }
  /// Index into before, or kNone for a new child.
  std::size_t partner(std::size_t after_index) const { return partner_[after_index]; }
  bool is_moved(std::size_t after_index) const { return moved_[after_index]; }
  bool is_rigid(std::size_t after_index) const { return is_rigid(after_[after_index]); }

  std::vector<std::size_t> unpaired_before() const {
    std::vector<bool> paired(before_.size(), false);
    for (const std::size_t index : partner_) {
      if (index != kNone) paired[index] = true;
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!paired[i]) out.push_back(i);
    }
    return out;
  }

 private:
  struct TagUse {
    std::unordered_set<std::string_view> ids;
    std::size_t count = 0;
    bool without_id = false;
  };

  bool is_rigid(xml::Element node) const {
    return node.is_comment() || rigid_tags_.contains(node.name());
  }

  void find_rigid_tags(const std::vector<xml::Element>& nodes) {
    std::unordered_map<std::string_view, TagUse> uses;
    for (const xml::Element node : nodes) {
      if (node.is_comment()) continue;
      TagUse& use = uses[node.name()];
      ++use.count;
      const auto id = node.attribute("id");
      use.without_id |= !id;
      const bool repeated = id && !use.ids.insert(*id).second;
      const bool unquotable = id && id->find('\'') != std::string_view::npos;
      if (repeated || unquotable || (use.without_id && use.count > 1)) {
        rigid_tags_.insert(node.name());
      }
    }
  }

  static std::string key(xml::Element node) {
    std::string out;
    append_step(out, node);
    return out;
  }

  void pair_addressable() {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!is_rigid(before_[i])) places.emplace(key(before_[i]), i);
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (is_rigid(after_[i])) continue;
      const auto place = places.find(key(after_[i]));
      if (place != places.end()) partner_[i] = place->second;
    }
  }

  void pair_comments() {
    std::multimap<std::string, std::size_t> places;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (before_[i].is_comment()) places.emplace(before_[i].text(), i);
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (!after_[i].is_comment()) continue;
      const auto place = places.lower_bound(after_[i].text());
      if (place == places.end() || place->first != after_[i].text()) continue;
      partner_[i] = place->second;
      places.erase(place);
    }
  }

  static std::vector<std::size_t> of_tag(const std::vector<xml::Element>& nodes,
                                         std::string_view tag) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!nodes[i].is_comment() && nodes[i].is(tag)) out.push_back(i);
    }
    return out;
  }

  void pair_rigid() {
    for (const std::string_view tag : rigid_tags_) {
      const auto old_ones = of_tag(before_, tag);
      const auto new_ones = of_tag(after_, tag);
      const bool same = std::equal(
          old_ones.begin(), old_ones.end(), new_ones.begin(), new_ones.end(),
          [&](std::size_t a, std::size_t b) { return xml::same_content(before_[a], after_[b]); });
      if (!same) continue;
      for (std::size_t i = 0; i < new_ones.size(); ++i) partner_[new_ones[i]] = old_ones[i];
    }
  }

  // The paired children outside a longest run that keeps its order have to move.
  void mark_moves() {
    std::vector<std::size_t> tails;  // index into after_, by length of the run that ends there
    std::vector<std::size_t> previous(after_.size(), kNone);
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (partner_[i] == kNone) continue;
      const auto place = std::lower_bound(
          tails.begin(), tails.end(), partner_[i],
          [&](std::size_t tail, std::size_t wanted) { return partner_[tail] < wanted; });
      if (place != tails.begin()) previous[i] = *(place - 1);
      if (place == tails.end()) {
        tails.push_back(i);
      } else {
        *place = i;
      }
    }
    moved_.assign(after_.size(), false);
    for (std::size_t i = 0; i < after_.size(); ++i) moved_[i] = partner_[i] != kNone;
    for (std::size_t i = tails.empty() ? kNone : tails.back(); i != kNone; i = previous[i]) {
      moved_[i] = false;
    }
  }

  void unpair(std::size_t index) {
    if (after_[index].is_comment()) {
      partner_[index] = kNone;
      return;
    }
    for (const std::size_t same_tag : of_tag(after_, after_[index].name())) {
      partner_[same_tag] = kNone;
    }
  }

  // What no path can name cannot be moved by one: it is deleted and created instead.
  void settle_moves() {
    for (bool settled = false; !settled;) {
      settled = true;
      mark_moves();
      for (std::size_t i = 0; i < after_.size(); ++i) {
        if (moved_[i] && partner_[i] != kNone && is_rigid(i)) {
          unpair(i);
          settled = false;
        }
      }
    }
  }

  const std::vector<xml::Element>& before_;
  const std::vector<xml::Element> after_;
  std::unordered_set<std::string_view> rigid_tags_;
  std::vector<std::size_t> partner_;
  std::vector<bool> moved_;
};

std::vector<xml::Element> nodes_of(xml::Element element) {
  const auto range = element.nodes();
  return {range.begin(), range.end()};
}

// Comments go by position, so from the back and before any element; elements without id go last
// among those of their tag, since their path would find the others too.
void remove_unpaired(PatchWriter& writer, std::string& path,
                     const std::vector<xml::Element>& before, std::vector<std::size_t> unpaired) {
  const auto rank = [&](std::size_t index) {
    if (before[index].is_comment()) return 0;
    return before[index].attribute("id") ? 1 : 2;
  };
  std::stable_sort(unpaired.begin(), unpaired.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  const auto elements =
      std::find_if(unpaired.begin(), unpaired.end(), [&](std::size_t i) { return rank(i) > 0; });
  std::reverse(unpaired.begin(), elements);
  const std::size_t length = path.size();
  for (const std::size_t index : unpaired) {
    append_step(path, before[index]);
    if (before[index].is_comment()) {
      writer.remove_comment(path, index);
    } else {
      writer.remove(path);
    }
    path.resize(length);
  }
}

}  // namespace

void compare_children(PatchWriter& writer, std::string& path,
                      const std::vector<xml::Element>& before, xml::Element after) {
  const ChildMatch match(before, nodes_of(after));
  remove_unpaired(writer, path, before, match.unpaired_before());
  const std::size_t length = path.size();
  for (std::size_t i = 0; i < match.after().size(); ++i) {
    const xml::Element child = match.after()[i];
    if (match.partner(i) == kNone) {
      writer.create(path, i, child);
      continue;
    }
    append_step(path, child);
    if (!match.is_rigid(i)) compare(writer, path, before[match.partner(i)], child);
    if (match.is_moved(i)) writer.move(path, i);
    path.resize(length);
  }
}

void compare(PatchWriter& writer, std::string& path, xml::Element before, xml::Element after) {
  writer.modify(path, attributes_of(before), after);
  compare_children(writer, path, nodes_of(before), after);
}

}  // namespace systole::cib
