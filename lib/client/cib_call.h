#pragma once

#include <chrono>
#include <string>

#include "lib/cib/request.h"
#include "lib/xml/element.h"

namespace systole::client {

/// One request to the CIB, live or in a file.
struct CibCall {
  cib::Operation operation = cib::Operation::kQuery;
  /// Name of a section ("resources"; empty for the whole document), or an XPath with kXpath.
  std::string target = {};
  cib::CallOptions options = {};
  /// The object to write; null for operations that need none. Must live until the call returns.
  xml::Element input = {};
  /// Asks the replica of that node; empty for any. No meaning for files.
  std::string host = {};
  /// On whose behalf (access control); only root and hacluster may name somebody else. Empty: the
  /// one that CIB_user in the environment names, else the caller, who may do all with a file that
  /// it may open.
  std::string user = {};
  std::chrono::milliseconds timeout{120000};
};

}  // namespace systole::client
