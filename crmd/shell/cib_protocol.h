#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crmd/core/effect.h"
#include "crmd/core/requests.h"
#include "lib/base/result.h"

/// The messages of the endpoints cib_ro, cib_rw and cib_shm.
namespace systole::crmd {

/// What a client can subscribe to. Only the first two are ever sent.
enum class CibNotice : std::uint8_t { kDiff, kRefresh, kConfirmation, kPre, kPost };

/// A client gives its name and learns its id.
struct CibRegistration {
  std::string client_name;
};

/// A client wants notices of one kind, or no longer.
struct CibSubscription {
  std::optional<CibNotice> notice;  ///< absent: a kind that does not exist
  bool active = false;
};

/// Any other request. `request.user` and `request.client` are as the client claims them.
struct CibOperation {
  CibRequest request;
  std::string call_id;  ///< handed back as it came
  std::string ping_id;
  std::string host;  ///< the node that is to answer, empty: any
};

using CibMessage = std::variant<CibRegistration, CibSubscription, CibOperation>;

/// Bits of the call options that concern the way of the answer; the others are the core's.
inline constexpr std::uint32_t kCibDiscardReply = 0x10;

/// Reads a client's message. kProtocol when it is none.
base::Result<CibMessage> decode_cib_message(std::string_view text);

std::string encode_cib_registration(std::string_view client_id);

/// What of the call the answer repeats.
struct CibCallHead {
  std::string operation;
  std::string call_id;
  std::string client_id;
  std::uint32_t options = 0;
};

/// The error of `answer` becomes `cib_rc`, a negative legacy number. A change that was accepted
/// without quorum is marked `cib_provisional`, which clients of the protocol ignore.
std::string encode_cib_reply(const CibCallHead& head, const CibAnswer& answer);

/// The second answer to an upgrade that was not needed.
std::string encode_cib_upgrade_notice(const CibCallHead& head, int rc);

std::string encode_cib_diff_notice(const effect::NotifyCib& change);
/// The same for a client that may not see all of the CIB: nothing but that there is a newer
/// version. Its patchset begins where the change ended, so that a client's copy, being older, is
/// behind and is fetched again. Empty when the change has no patchset that names versions.
std::string encode_cib_resync_notice(const effect::NotifyCib& change);
std::string encode_cib_refresh_notice(const effect::NotifyCib& change);

}  // namespace systole::crmd
