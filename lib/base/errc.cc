#include "lib/base/errc.h"

#include <array>
#include <cerrno>

namespace systole::base {
namespace {

struct Row {
  Errc code;
  int legacy;
  int exit;
  std::string_view text;
};

// In the order of the enumeration: row() indexes by it.
constexpr std::array kRows = {
    Row{Errc::kInternal, 201, 1, "Generic Pacemaker error"},
    Row{Errc::kInvalidArgument, EINVAL, 2, "Invalid argument"},
    Row{Errc::kNotFound, ENXIO, 105, "No such device or address"},
    Row{Errc::kNoSuchFile, ENOENT, 105, "No such file or directory"},
    Row{Errc::kExists, EEXIST, 108, "File exists"},
    Row{Errc::kPermission, EACCES, 4, "Permission denied"},
    Row{Errc::kNoQuorum, 202, 106, "Operation requires quorum"},
    Row{Errc::kSchema, 203, 78, "Update does not conform to the configured schema"},
    Row{Errc::kTransform, 204, 78, "Schema transform failed"},
    Row{Errc::kSchemaUnchanged, 211, 0, "Schema is already the latest available"},
    Row{Errc::kOldData, 205, 103, "Update was older than existing configuration"},
    Row{Errc::kPatchFailed, 206, 1, "Application of update diff failed"},
    Row{Errc::kNeedResync, 207, 1, "Application of update diff failed, requesting full refresh"},
    Row{Errc::kDigestMismatch, 208, 104, "On-disk configuration was manually modified"},
    Row{Errc::kNotUnique, ENOTUNIQ, 109, "Name not unique on network"},
    Row{Errc::kAlreadyDone, 215, 0, "Already in requested state"},
    Row{Errc::kTimeout, ETIMEDOUT, 124, "Connection timed out"},
    Row{Errc::kNotConnected, ENOTCONN, 102, "Transport endpoint is not connected"},
    Row{Errc::kReset, ECONNRESET, 102, "Connection reset by peer"},
    Row{Errc::kUnreachable, EHOSTUNREACH, 68, "No route to host"},
    Row{Errc::kNoDevice, ENODEV, 105, "No such device"},
    Row{Errc::kIo, EIO, 74, "Input/output error"},
    Row{Errc::kNoSpace, ENOSPC, 71, "No space left on device"},
    Row{Errc::kTooLarge, EMSGSIZE, 1, "Message too long"},
    Row{Errc::kProtocol, EPROTO, 76, "Protocol error"},
    Row{Errc::kUnsupported, EOPNOTSUPP, 3, "Operation not supported"},
    Row{Errc::kVersion, EPROTONOSUPPORT, 76, "Protocol not supported"},
    Row{Errc::kBusy, EAGAIN, 75, "Resource temporarily unavailable"},
    Row{Errc::kCancelled, ECANCELED, 1, "Operation canceled"},
    Row{Errc::kUnsafe, ECONNABORTED, 107, "Requires --force"},
    Row{Errc::kUsage, EINVAL, 64, "Incorrect usage"},
};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(Errc::kUsage) + 1;
}
static_assert(rows_are_in_order());

const Row& row(Errc code) {
  return kRows[static_cast<std::size_t>(code)];
}

}  // namespace

int legacy_number(Errc code) {
  return row(code).legacy;
}

Errc errc_from_legacy(int number) {
  const int positive = number < 0 ? -number : number;
  for (const Row& candidate : kRows) {
    if (candidate.legacy == positive) return candidate.code;
  }
  if (positive == ETIME) return Errc::kTimeout;
  if (positive == EPERM) return Errc::kPermission;
  return Errc::kInternal;
}

int exit_code(Errc code) {
  return row(code).exit;
}

std::string_view describe(Errc code) {
  return row(code).text;
}

}  // namespace systole::base
