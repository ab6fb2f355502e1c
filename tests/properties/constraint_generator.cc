#include "tests/properties/constraint_generator.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"

namespace systole::properties {

namespace {

using base::cat;

class ConstraintGenerator {
 public:
  ConstraintGenerator(Dice& dice, const Shape& shape) : dice_(dice), shape_(shape) {
    for (const ResourceShape& resource : shape.resources) {
      if (resource.kind != ResourceShape::Kind::kFenceDevice) services_.push_back(resource);
    }
  }

  std::string generate() {
    std::string out;
    const int count = dice_.pick(0, 6);
    for (int i = 0; i < count; ++i) {
      id_ = cat("k", i);
      const int kind = dice_.pick(1, 100);
      if (kind <= 35) {
        out += location();
      } else if (kind <= 55) {
        out += order();
      } else if (kind <= 75) {
        out += colocation();
      } else if (kind <= 83) {
        out += order_of_sets();
      } else if (kind <= 91) {
        out += colocation_of_sets();
      } else if (shape_.tickets) {
        out += ticket();
      }
    }
    return out;
  }

 private:
  const ResourceShape& service() { return dice_.one_of(services_); }
  const char* score() { return dice_.one_of({"INFINITY", "-INFINITY", "100", "-50", "1", "0"}); }

  std::string node() {
    std::vector<std::string> names;
    for (const NodeShape& node : shape_.nodes) {
      if (node.kind != NodeShape::Kind::kBundle) names.push_back(node.name);
    }
    return dice_.one_of(names);
  }

  std::string location() {
    const std::string rsc =
        dice_.chance(10) ? dice_.one_of(shape_.resources).id : std::string(service().id);
    const std::string start = cat("<rsc_location id='", id_, "' rsc='", rsc, "'");
    if (dice_.chance(70)) {
      const char* discovery =
          dice_.chance(20)
              ? dice_.one_of({" resource-discovery='never'", " resource-discovery='exclusive'",
                              " resource-discovery='always'"})
              : "";
      return cat(start, " node='", node(), "' score='", score(), "'", discovery, "/>");
    }
    const std::string role = dice_.chance(20) ? " role='Promoted'" : "";
    const std::string expression =
        dice_.chance(50) ? cat("attribute='#uname' operation='", dice_.one_of({"eq", "ne"}),
                               "' value='", node(), "'")
                         : cat("attribute='rack' operation='",
                               dice_.one_of({"defined", "not_defined", "not_defined"}), "'");
    return cat(start, "><rule id='", id_, "-rule' score='", score(), "'", role, "><expression id='",
               id_, "-expression' ", expression, "/></rule></rsc_location>");
  }

  /// Two services, the earlier one first.
  std::pair<const ResourceShape*, const ResourceShape*> two() {
    const ResourceShape* a = &service();
    const ResourceShape* b = &service();
    if (a > b) std::swap(a, b);
    return {a, b};
  }

  std::string order() {
    const auto [first, then] = two();
    if (first == then) return {};
    std::string out = cat("<rsc_order id='", id_, "' first='", first->id, "' then='", then->id,
                          "' kind='", dice_.one_of({"Mandatory", "Mandatory", "Optional"}), "'");
    if (first->promotable && dice_.chance(60)) out += " first-action='promote'";
    if (then->promotable && dice_.chance(20)) out += " then-action='promote'";
    if (dice_.chance(10)) out += " symmetrical='false'";
    if (first->kind == ResourceShape::Kind::kClone && dice_.chance(20)) {
      out += " require-all='false'";
    }
    return out + "/>";
  }

  std::string colocation() {
    const auto [primary, dependent] = two();
    if (primary == dependent) return {};
    std::string out = cat("<rsc_colocation id='", id_, "' rsc='", dependent->id, "' with-rsc='",
                          primary->id, "' score='", score(), "'");
    if (primary->promotable && dice_.chance(60)) out += " with-rsc-role='Promoted'";
    if (dependent->promotable && dice_.chance(20)) out += " rsc-role='Promoted'";
    if (dice_.chance(10)) out += " influence='false'";
    if (dice_.chance(8)) out += " node-attribute='rack'";
    return out + "/>";
  }

  /// Some services in their order.
  std::vector<std::string> some() {
    std::vector<std::string> out;
    for (const ResourceShape& resource : services_) {
      if (dice_.chance(55)) out.push_back(resource.id);
    }
    return out;
  }

  std::string set(const std::string& id, std::vector<std::string>::const_iterator begin,
                  std::vector<std::string>::const_iterator end, const std::string& attributes) {
    std::string out = cat("<resource_set id='", id, "'", attributes, ">");
    for (; begin != end; ++begin) out += cat("<resource_ref id='", *begin, "'/>");
    return out + "</resource_set>";
  }

  std::string order_of_sets() {
    const std::vector<std::string> members = some();
    if (members.size() < 2) return {};
    const auto split = members.begin() + dice_.pick(1, static_cast<int>(members.size()) - 1);
    const auto attributes = [&] {
      const bool sequential = dice_.chance(60);
      std::string out = sequential ? "" : " sequential='false'";
      if (!sequential && dice_.chance(40)) out += " require-all='false'";
      return out;
    };
    return cat("<rsc_order id='", id_, "' kind='", dice_.one_of({"Mandatory", "Optional"}), "'>",
               set(id_ + "-1", members.begin(), split, attributes()),
               set(id_ + "-2", split, members.end(), attributes()), "</rsc_order>");
  }

  std::string colocation_of_sets() {
    std::vector<std::string> members = some();
    if (members.size() < 2) return {};
    const auto attributes = [&] { return dice_.chance(40) ? " sequential='false'" : ""; };
    // In one set the later members depend on the earlier ones; of two sets the first on the second.
    const std::string begin = cat("<rsc_colocation id='", id_, "' score='",
                                  dice_.one_of({"INFINITY", "50", "-20"}), "'>");
    if (dice_.chance(50)) {
      return begin + set(id_ + "-1", members.begin(), members.end(), attributes()) +
             "</rsc_colocation>";
    }
    const auto split = members.begin() + dice_.pick(1, static_cast<int>(members.size()) - 1);
    return begin + set(id_ + "-1", split, members.end(), attributes()) +
           set(id_ + "-2", members.begin(), split, attributes()) + "</rsc_colocation>";
  }

  std::string ticket() {
    return cat("<rsc_ticket id='", id_, "' rsc='", service().id, "' ticket='ticket0' loss-policy='",
               dice_.one_of({"stop", "demote", "fence", "freeze"}), "'/>");
  }

  Dice& dice_;
  const Shape& shape_;
  std::vector<ResourceShape> services_;
  std::string id_;
};

}  // namespace

std::string generate_constraints(Dice& dice, const Shape& shape) {
  return ConstraintGenerator(dice, shape).generate();
}

}  // namespace systole::properties
