#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::crmd::crm_shadow {

/// One copy of the configuration, in a file called shadow.NAME.
class ShadowFile {
 public:
  /// kInvalidArgument for a name that would leave the folder of the shadow files.
  static base::Result<ShadowFile> named(const std::string& name);

  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }
  bool exists() const;

  base::Result<xml::Document> read() const;
  /// In one step: a crash leaves the old content or the new.
  base::Result<void> write(const xml::Document& document) const;
  /// No error when there is none.
  base::Result<void> remove() const;

 private:
  ShadowFile(std::string name, std::string path) : name_(std::move(name)), path_(std::move(path)) {}

  std::string name_;
  std::string path_;
};

}  // namespace systole::crmd::crm_shadow
