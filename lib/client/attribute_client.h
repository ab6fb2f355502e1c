#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/ipc/client.h"
#include "lib/ipc/endpoints.h"

namespace systole::client {

/// A change of transient node attributes.
struct AttributeUpdate {
  enum class Kind {
    kSet,          ///< the value; without one, delete
    kSetAndDelay,  ///< the value and the delay
    kDelay,        ///< only the delay
  };
  Kind kind = Kind::kSet;
  std::string name = {};
  /// Instead of a name: all attributes whose names match this regular expression.
  std::string pattern = {};
  /// "value++" and "value+=N" count up.
  std::optional<std::string> value = {};
  /// How long to wait for further changes before the CIB is written, as "5s".
  std::string delay = {};
  /// Empty for this node.
  std::string node = {};
  /// Id of the attribute set; empty for the usual one.
  std::string set = {};
  /// On whose behalf; empty for the caller.
  std::string user = {};
  bool is_remote = false;
  /// Never to be written to the CIB.
  bool is_private = false;
};

/// The value of an attribute on one node.
struct AttributeValue {
  std::string node;
  /// Nothing when the node has none.
  std::optional<std::string> value;
};

/// Failure counts to forget. Empty members mean all.
struct FailureFilter {
  std::string node = {};
  std::string resource = {};
  std::string operation = {};
  /// Of the operation, as "10s".
  std::string interval = {};
  bool is_remote = false;
};

/// A tool's connection to the service that keeps transient node attributes. Changes are accepted,
/// not awaited: what became of them is seen in later queries.
class AttributeClient {
 public:
  static base::Result<std::unique_ptr<AttributeClient>> connect(
      std::string_view tool, std::string_view service = ipc::endpoint::kAttributes);

  base::Result<void> update(const AttributeUpdate& update);
  /// The same without waiting for the acknowledgement: for a stream of changes. Waits while the
  /// service is behind; a refusal is only in its log. The service has what was posted once it has
  /// answered something later on this connection; who leaves before that may lose the last of it.
  base::Result<void> post(const AttributeUpdate& update);
  /// Writes all values to the CIB again.
  base::Result<void> refresh();
  /// kNotFound when nobody has ever set the attribute. Without a node: all nodes; "localhost" is
  /// this node.
  base::Result<std::vector<AttributeValue>> query(const std::string& name, const std::string& node);
  base::Result<void> clear_failures(const FailureFilter& filter);
  /// Drops all values of a node that has left the cluster, named by name or id.
  base::Result<void> forget_node(const std::string& id, const std::string& name);

 private:
  AttributeClient(std::unique_ptr<ipc::Client> connection, std::string_view tool)
      : connection_(std::move(connection)), tool_(tool) {}

  base::Result<void> tell(const std::string& message);

  std::unique_ptr<ipc::Client> connection_;
  std::string tool_;
};

}  // namespace systole::client
