#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/client/cib_call.h"
#include "lib/client/cib_message.h"
#include "lib/remote/client.h"
#include "lib/xml/document.h"

namespace systole::client {

/// A CIB that can be queried and changed: the cluster's, or one in a file. The same calls mean the
/// same on both, so that every tool works offline.
class CibClient {
 public:
  virtual ~CibClient() = default;

  /// Waits for the answer. The Result fails only when there is no answer: kTimeout, kPermission,
  /// kProtocol, kIo when the daemon went away before it answered (what was asked for may have been
  /// done); for files also what reading and writing can fail with. What the CIB refuses is in the
  /// answer.
  virtual base::Result<CibAnswer> call(const CibCall& call) = 0;

  /// False for a file or shadow.
  virtual bool is_live() const = 0;

  /// A query; refusals become errors (kNotFound for what is not there).
  base::Result<xml::Document> query(std::string_view section = {});
  base::Result<xml::Document> query_xpath(std::string_view expression);

  /// A call whose data does not matter; refusals become errors.
  base::Result<void> change(const CibCall& call);
};

/// A cluster elsewhere, and as whom to log in there.
struct RemoteCibSource {
  remote::Address address;
  std::string user;
  std::optional<std::string> password{};  ///< absent: the terminal is asked
};

/// Which CIB to work on.
struct CibSource {
  /// A file; empty for the cluster's CIB. May be a FIFO or /proc/self/fd/N, which can be read once.
  std::string file = {};
  /// The name the tool gives itself.
  std::string client_name = {};
  /// Set when the cluster's CIB is to be had from another machine. A file goes before it.
  std::optional<RemoteCibSource> remote = {};
};

/// What the environment asks for: CIB_file, else CIB_shadow (in CIB_shadow_dir, else the cluster's
/// folder for root and hacluster, else ~/.cib), else the cluster: with CIB_port the one of which
/// CIB_server (localhost) is a node, as CIB_user (hacluster) with CIB_passwd, over TLS unless
/// CIB_encrypted is false.
CibSource cib_source_from_environment(std::string_view client_name);

/// The error of a call whose answer did not come for `error` of the connection.
base::Error no_answer(base::Error error);

/// The file of the shadow copy `name`.
std::string shadow_path(std::string_view name);

/// On whose behalf the call is; see CibCall::user.
std::string user_of(const CibCall& call);

/// Connects, or reads the file. Errors: kNotConnected when no daemon serves the CIB, kPermission,
/// kNoSuchFile, kSchema for a file that is no CIB; of log_in() for another machine's.
base::Result<std::unique_ptr<CibClient>> open_cib(const CibSource& source);

}  // namespace systole::client
