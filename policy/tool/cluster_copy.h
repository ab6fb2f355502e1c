#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/result.h"
#include "lib/model/graph.h"
#include "lib/xml/document.h"
#include "policy/status/status.h"

namespace systole::policy::tool {

/// One operation with the result that it is to have: RESOURCE_TASK_INTERVAL@NODE=RC.
struct OperationSpec {
  std::string resource;
  std::string task;
  std::int64_t interval_ms = 0;
  std::string node;
  int rc = 0;
};
base::Result<OperationSpec> parse_operation_spec(std::string_view text);

/// A node attribute that was set.
struct AttributeWrite {
  std::string name;
  std::string value;
  std::string path;  ///< the element of the status that holds it, as clients name it
  std::string node_id;
};

/// A CIB that is changed as a cluster would change it.
class ClusterCopy {
 public:
  explicit ClusterCopy(xml::Document document) : document_(std::move(document)) {}

  /// For looks and for changes, of histories too.
  xml::Document& document() {
    entries_.clear();
    return document_;
  }
  void set_now(std::int64_t seconds) { now_ = seconds; }

  void set_quorum(std::string_view value);
  void set_property(std::string_view name, std::string_view value);
  void bring_up(std::string_view node);
  void take_down(std::string_view node);
  void fail(std::string_view node);
  /// Sets an attribute of a ticket ("granted", "standby").
  void set_ticket(std::string_view ticket, std::string_view attribute, bool value);

  /// Raises a failure count as a failed operation does, and returns what was written.
  std::vector<AttributeWrite> count_failure(const OperationSpec& spec, std::string_view resource,
                                            bool infinite);

  /// Records the result of an action.
  struct Recorded {
    std::string_view entry;  ///< the name under which histories know the resource
    std::string_view config_id;
    int rc = 0;
    bool told = false;  ///< the operation was told to fail
  };
  void record(const model::GraphAction& action, const Recorded& recorded);
  void record_injected(const OperationSpec& spec, const Status& status, RscId rsc);
  void fence(std::string_view node);

 private:
  xml::Element state_of(std::string_view node, std::string_view id);
  xml::Element history_of(xml::Element state, const Recorded& recorded, const model::Agent& agent);
  struct Result;
  void write_result(xml::Element entry, const Result& result);
  void set_transient(std::string_view node, std::string_view name, std::string_view value);
  /// Counts the version up, as each change of a cluster's CIB does.
  void count_up();

  /// The entries of one node's history by resource.
  struct Entries {
    struct Known {
      xml::Element entry;  ///< the first of them
      int count = 0;
    };
    std::unordered_map<std::string, Known> by_id;
    void add(xml::Element entry);
  };
  Entries& entries_of(xml::Element resources);

  xml::Document document_;
  std::int64_t now_ = 0;
  /// By `lrm_resources` element; forgotten with the histories. Thousands of results are recorded.
  std::unordered_map<const void*, Entries> entries_;
};

}  // namespace systole::policy::tool
