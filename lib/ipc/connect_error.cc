#include "lib/ipc/connect_error.h"

#include <cerrno>
#include <cstring>
#include <string>

#include "lib/base/strings.h"

namespace systole::ipc {

using base::cat;
using base::Errc;
using base::Error;

Error connect_error(std::string_view name, int code) {
  const std::string where = cat("cannot connect to ", name, ": ");
  switch (code) {
    case ECONNREFUSED:
    case ENOENT:
      return {Errc::kNotConnected, cat(where, "nobody serves it")};
    case EACCES:
    case EPERM:
      return {Errc::kPermission, cat(where, "permission denied")};
    case ECONNRESET:
      return {Errc::kReset, cat(where, std::strerror(code))};
    case ETIMEDOUT:
      return {Errc::kTimeout, cat(where, "no answer")};
    default:
      return {Errc::kNotConnected, cat(where, std::strerror(code))};
  }
}

Error as_absent(Error error) {
  if (error.code == Errc::kReset) error.code = Errc::kNotConnected;
  return error;
}

}  // namespace systole::ipc
