#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crmd/tools/cibsecret/secret_store.h"
#include "lib/base/result.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::cibsecret {

/// A parameter of a resource in the CIB.
class CibParameter {
 public:
  /// Looks for it. kNotFound when the CIB has no such resource, kNotUnique when the resource has
  /// several such parameters (in several sets).
  static base::Result<CibParameter> find(client::CibClient& cib, const SecretName& name);

  /// Nothing when the resource does not have it.
  const std::optional<std::string>& value() const { return value_; }

  base::Result<void> set(client::CibClient& cib, std::string_view value) const;
  base::Result<void> remove(client::CibClient& cib) const;

  /// What users are told of set(), and of remove() when there was a value.
  std::string describe_set(std::string_view value) const;
  std::string describe_removal() const;

 private:
  SecretName name_;
  std::string tag_;  ///< of the resource's element
  std::string set_;  ///< id of the set that a new one goes into
  std::string id_;   ///< of the nvpair that is there, or will be
  std::optional<std::string> value_;
};

}  // namespace systole::crmd::cibsecret
