#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmd/core/codec_fields.h"
#include "crmd/core/message.h"
#include "crmd/core/requests.h"
#include "crmd/core/types.h"

namespace systole::crmd {

/// The transient node attributes of the cluster with their values by node. Part of the replicated
/// state; the CIB shows the public values once they are written there.
class AttributeTable {
 public:
  /// Deleted values keep their record, so that a query tells an empty value from an attribute that
  /// nobody ever set; but not for ever, since names may be many that are never used again.
  struct Value {
    std::optional<std::string> value;  ///< absent: deleted
    bool written = true;               ///< the CIB agrees
  };
  struct Attribute {
    std::string set;  ///< id of the attribute set in the CIB; empty: status-<node id>
    std::string user;
    Milliseconds dampening{};
    bool is_private = false;
    std::map<std::string, Value> nodes;
  };

  /// After so many deletions all older ones are forgotten that the CIB shows.
  static constexpr std::uint32_t kDeletionsRemembered = 1000;

  /// Sets or deletes one value. False when it had that value already.
  bool update(const std::string& name, const std::string& node, const AttributeRequest& request);

  /// The failure attributes (fail-count-, last-failure-) that a kClearFailure request means.
  std::vector<std::string> failures(const AttributeRequest& request) const;

  AttributeAnswer query(const AttributeQuery& query) const;

  /// What the sender of a summary says of itself.
  std::vector<message::AttributeValue> values_of(const std::string& node) const;
  /// Takes over what a node says of itself. Values that differ are to be written.
  void replace_node(const std::string& node, const std::vector<message::AttributeValue>& values);
  /// Forgets the values of a node whose record in the CIB is gone too, and the attributes that only
  /// it had.
  void erase_node(const std::string& node);
  /// All public values of the node are to be written again.
  void mark_unwritten(const std::string& node);

  const std::map<std::string, Attribute>& attributes() const { return attributes_; }
  std::map<std::string, Attribute>& attributes() { return attributes_; }

  template <typename Codec>
  friend void fields(Codec& codec, AttributeTable& v) {
    codec(v.attributes_, v.deletions_);
  }

 private:
  void count_deletion(const std::string& name, const std::string& node);

  std::map<std::string, Attribute> attributes_;
  std::uint32_t deletions_ = 0;  ///< since some were forgotten
};

/// `text` with "value++" and "value+=N" counted from `old`, which counts as 0 when absent.
std::string counted_value(const std::optional<std::string>& old, std::string_view text);

template <typename Codec>
void fields(Codec& codec, AttributeTable::Value& v) {
  codec(v.value, v.written);
}

template <typename Codec>
void fields(Codec& codec, AttributeTable::Attribute& v) {
  codec(v.set, v.user, v.dampening, v.is_private, v.nodes);
}

}  // namespace systole::crmd
