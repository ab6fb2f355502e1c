#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// What a request does to the document. The operations that move a whole CIB between daemons (sync,
/// ping, primary and secondary) are the daemon's own.
enum class Operation {
  kQuery,
  kCreate,
  kModify,
  kReplace,
  kDelete,
  kDeleteAlt,
  kErase,
  kBump,
  kUpgrade,
  kApplyDiff,
};

/// The name on the wire, "cib_query".
std::string_view wire_name(Operation operation);
std::optional<Operation> operation_named(std::string_view wire_name);
bool modifies(Operation operation);

/// Bits of the call options as they travel in a request.
enum class CallOption : std::uint32_t {
  kVerbose = 0x1,
  kXpath = 0x2,      ///< the target is an XPath expression
  kMultiple = 0x4,   ///< with kXpath: all matches, not only the first
  kCanCreate = 0x8,  ///< modify: create what is not found
  kDiscardReply = 0x10,
  kNoChildren = 0x20,    ///< query: the elements themselves only
  kXpathAddress = 0x40,  ///< query: where the matches are, not what they are
  kMixedUpdate = 0x80,   ///< modify: elements marked __delete__ go
  kScopeLocal = 0x100,
  kDryRun = 0x200,  ///< check and answer, keep nothing
  kSync = 0x1000,
  kNoMtime = 0x2000,  ///< leave the stamp attributes alone
  kZeroCopy = 0x4000,
  kInhibitNotify = 0x10000,
  kQuorumOverride = 0x100000,
  kInhibitBroadcast = 0x1000000,  ///< leave the counters alone
  kForceDiff = 0x10000000,
};

class CallOptions {
 public:
  CallOptions() = default;
  CallOptions(CallOption option) : bits_(static_cast<std::uint32_t>(option)) {}
  explicit CallOptions(std::uint32_t bits) : bits_(bits) {}
  bool has(CallOption option) const { return (bits_ & static_cast<std::uint32_t>(option)) != 0; }
  CallOptions operator|(CallOptions other) const { return CallOptions(bits_ | other.bits_); }
  std::uint32_t bits() const { return bits_; }

 private:
  std::uint32_t bits_ = 0;
};

inline CallOptions operator|(CallOption a, CallOption b) {
  return CallOptions(a) | CallOptions(b);
}

/// Who asked, and when; it travels with the request so that all replicas write the same stamps.
struct Origin {
  std::string node;                      ///< uname of the node whose client asked
  std::string client;                    ///< name of the client, "cibadmin"
  std::string user;                      ///< the user for access control and `update-user`
  std::string written;                   ///< the asking node's local time, as by format_written()
  std::vector<std::string> groups = {};  ///< that list the user, for access control
};

struct Request {
  Operation operation = Operation::kQuery;
  std::string target;  ///< section name, or XPath with CallOption::kXpath; empty: everything
  CallOptions options;
  xml::Element input;  ///< null when the operation has none; must outlive the call
  Origin origin;
  std::string digest;  ///< kReplace: the v2 digest that the input must have, when not empty
};

/// Parts of the document that changed, for refresh notifications (`cib_change_section`).
enum class ChangedSection : std::uint32_t { kNodes = 1, kAlerts = 2, kStatus = 4 };

/// What became of a request.
struct Outcome {
  base::Result<void> verdict;
  /// The answer: what a query found, the objects that kExists is about, or the CIB that kSchema
  /// refused. It may lie in the document itself: valid until the next request is applied.
  xml::Element output;
  std::optional<xml::Document> output_owner;

  /// The change as `<diff format="2">`; nothing when nothing changed. Also made for a dry run and
  /// for kSchema, when nothing is kept.
  std::optional<xml::Document> patchset;
  bool changed = false;                ///< the document has a new version
  bool configuration_changed = false;  ///< and must be stored
  std::uint32_t changed_sections = 0;  ///< of kReplace and kErase: bits of ChangedSection
  Version before;
  Version after;
};

/// A civil time, month and day counted from 1.
struct LocalTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// The time as the CIB spells it, "Sat Nov 21 12:00:00 2026".
std::string format_written(const LocalTime& time);

}  // namespace systole::cib
