#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmd/tools/node_lookup.h"
#include "lib/base/result.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::crm_attribute {

/// The part of the CIB that holds an attribute or option.
enum class Scope { kCrmConfig, kNodes, kStatus, kRscDefaults, kOpDefaults, kTickets };

/// "crm_config" and so on.
std::string_view scope_name(Scope scope);
std::optional<Scope> scope_named(std::string_view name);
/// Whether attributes in it belong to a node.
bool has_node(Scope scope);

/// Which attributes are meant. Empty members do not restrict.
struct Selection {
  Scope scope = Scope::kCrmConfig;
  NodeIdentity node = {};    ///< for scopes that have one
  bool utilization = false;  ///< utilization attributes instead of ordinary ones
  std::string set = {};      ///< id of the set
  std::string id = {};       ///< id of the nvpair
  std::string name = {};
  std::string pattern = {};  ///< a POSIX extended regular expression for the name
};

/// An attribute found.
struct Found {
  std::string id;
  std::string name;
  std::string value;
};

/// All attributes that match, in document order; empty when there are none. kInvalidArgument for a
/// pattern that is no regular expression.
base::Result<std::vector<Found>> find(client::CibClient& cib, const Selection& selection);

/// Sets the attribute `existing`, or, without one, makes the attribute that `selection` names, with
/// the set and id that are usual for its scope.
base::Result<void> write(client::CibClient& cib, const Selection& selection,
                         const std::optional<Found>& existing, const std::string& value);

/// The id of the set that write() makes for an attribute that was not found.
std::string set_id(const Selection& selection);

base::Result<void> remove(client::CibClient& cib, const Selection& selection,
                          const Found& existing);

}  // namespace systole::crmd::crm_attribute
