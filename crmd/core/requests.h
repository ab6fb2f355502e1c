#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crmd/core/types.h"
#include "lib/base/result.h"

namespace systole::crmd {

/// A call of a CIB client, in the terms of the protocol.
struct CibRequest {
  std::string operation;      ///< cib_query, cib_modify ...
  std::string section;        ///< section name, or an XPath with option bit 0x2; may be empty
  std::uint32_t options = 0;  ///< call option bits, as on the wire
  std::string input;          ///< the input element as XML text; empty: none
  std::string digest;         ///< of the input of a replace, to verify; empty: none
  std::string user;           ///< on whose behalf; empty: the cluster's own user, who may do all
  /// That list the user as a member, for access control; the sender's node knows. Empty where
  /// access control is off.
  std::vector<std::string> groups;
  std::string client;  ///< the client's name, for update-client
};

/// What the asking client is told. An error may carry data too (the rejected document, the objects
/// that failed).
struct CibAnswer {
  std::optional<base::Error> error;
  std::string data;          ///< result element as XML text; empty: none
  bool provisional = false;  ///< accepted without quorum: lost if a quorate partition disagrees
};

/// A request to the attribute service; see the attrd protocol for the meaning of absent fields.
struct AttributeRequest {
  enum class Task : std::uint8_t {
    kUpdate,        ///< set or delete values
    kUpdateBoth,    ///< values and dampening
    kUpdateDelay,   ///< dampening only
    kRefresh,       ///< write all values to the CIB again
    kPeerRemove,    ///< forget a node
    kClearFailure,  ///< delete failure attributes
  };
  Task task = Task::kUpdate;
  std::string name;
  /// POSIX extended regular expression, in a client's request instead of a name. The node that was
  /// asked makes one request of each name that matches, which then changes no attribute that is not
  /// known any more.
  std::string pattern;
  std::optional<std::string> value;  ///< absent: delete. "value++" and "value+=N" count
  std::string node;                  ///< empty: the node whose controller was asked
  std::string set;                   ///< id of the attribute set; empty: status-<node id>
  std::optional<Milliseconds> dampening;
  bool is_private = false;
  bool is_remote = false;
  std::string user;
  std::vector<std::string> groups;  ///< as in CibRequest
  // Of kClearFailure only; empty matches all.
  std::string resource;
  std::string operation;
  std::optional<Milliseconds> interval;
};

struct AttributeQuery {
  std::string name;
  std::string node;  ///< empty: all nodes
};

struct AttributeAnswer {
  bool known = false;
  struct NodeValue {
    std::string node;
    std::optional<std::string> value;
  };
  std::vector<NodeValue> values;
};

/// A request about one resource on one node (lrm_delete, lrm_fail), or about all of them
/// (probe_again).
struct ResourceRequest {
  enum class Task : std::uint8_t { kForget, kFail, kReprobe };
  Task task = Task::kForget;
  std::string node;      ///< whose resource; empty for kReprobe of all nodes
  std::string router;    ///< the cluster node that reaches a remote one; empty: `node` itself
  std::string resource;  ///< configuration id, or instance id of a unique clone
  std::string long_id;
  std::string standard;
  std::string provider;
  std::string type;
  bool cib_only = false;  ///< the node is offline: only remove its record
  std::string transition_key;
  std::string user;
  std::vector<std::string> groups;  ///< as in CibRequest
};

struct ResourceAnswer {
  int rc = 0;
  int op_status = 0;
  std::string reason;
};

struct PingAnswer {
  std::string node;   ///< who answers
  std::string state;  ///< S_IDLE, S_TRANSITION_ENGINE, S_NOT_DC ...
};

}  // namespace systole::crmd
