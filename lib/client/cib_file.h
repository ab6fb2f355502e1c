#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/cib/document.h"
#include "lib/cib/schemas.h"
#include "lib/client/cib_client.h"

namespace systole::client {

/// Where the cluster's own CIB and shadow files live.
inline constexpr std::string_view kCibDirectory = "/var/lib/pacemaker/cib";

/// A CIB in a file. Each change that succeeds is on disk when the call returns. The file is written
/// in place, because clients hold it open while tools change it (pcs keeps a temporary file); a
/// full disk leaves the old content. A CIB from a FIFO or another descriptor can be changed only in
/// memory. The cluster's own file gets its signature and backup as the daemon would write them, and
/// is replaced in one step.
class CibFile final : public CibClient {
 public:
  static base::Result<std::unique_ptr<CibClient>> open(const std::string& path);

  base::Result<CibAnswer> call(const CibCall& call) override;
  bool is_live() const override { return false; }

 private:
  CibFile(std::string path, std::unique_ptr<cib::Schemas> schemas, cib::Document document)
      : path_(std::move(path)), schemas_(std::move(schemas)), document_(std::move(document)) {}

  base::Result<void> save() const;

  std::string path_;
  bool is_regular_ = false;
  bool is_compressed_ = false;
  std::unique_ptr<cib::Schemas> schemas_;
  cib::Document document_;
};

}  // namespace systole::client
