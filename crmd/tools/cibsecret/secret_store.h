#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"

namespace systole::crmd::cibsecret {

/// Which parameter of which resource a secret is for.
struct SecretName {
  std::string resource;
  std::string parameter;
};

/// kInvalidArgument unless both names can be names of files: not empty, without '/', not beginning
/// with a dot, and the parameter not ending as a digest's file does.
base::Result<void> check(const SecretName& name);

/// The secrets of this node, as executors read them: FOLDER/RESOURCE/PARAMETER has the value and a
/// newline, PARAMETER.sign the MD5 of the value. Only the owner may read them.
class SecretStore {
 public:
  explicit SecretStore(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }

  /// The value. kNotFound when there is none.
  base::Result<std::string> value(const SecretName& name) const;
  /// kDigestMismatch when value and digest do not belong together or one is missing, kNotFound when
  /// both are.
  base::Result<void> verify(const SecretName& name) const;

  /// kInvalidArgument for a value that the file's form cannot hold: one that ends a line, or of
  /// more than 60,000 bytes.
  base::Result<void> write(const SecretName& name, const std::string& value) const;
  /// Removes the secret; nothing happens when there is none.
  base::Result<void> remove(const SecretName& name) const;

  /// All of them, by resource and parameter.
  base::Result<std::vector<SecretName>> list() const;

 private:
  std::string path(const SecretName& name) const;

  std::string folder_;
};

}  // namespace systole::crmd::cibsecret
