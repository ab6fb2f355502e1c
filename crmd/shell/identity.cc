#include "crmd/shell/identity.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;

constexpr std::size_t kUuidLength = 36;

Result<void> fill(std::span<unsigned char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {Errc::kIo, base::cat("no random numbers: ", std::strerror(errno))};
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<std::string> read_token(const std::string& path) {
  const process::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    const Errc code = errno == ENOENT ? Errc::kNoSuchFile : Errc::kIo;
    return {code, base::cat("cannot open '", path, "': ", std::strerror(errno))};
  }
  std::string text(kUuidLength, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got != static_cast<ssize_t>(kUuidLength)) {
    return {Errc::kNoSuchFile, base::cat("'", path, "' holds no token")};
  }
  return text;
}

}  // namespace

Result<std::string> random_uuid() {
  std::array<unsigned char, 16> bytes{};
  if (auto filled = fill(bytes); !filled) return filled.error();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);  // version 4 of RFC 4122
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 0x0f];
  }
  return out;
}

Result<std::uint64_t> random_number() {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
  if (auto filled = fill(bytes); !filled) return filled.error();
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

Result<std::string> uptime_token(const std::string& path) {
  auto token = read_token(path);
  if (token || token.error().code != Errc::kNoSuchFile) return token;
  auto fresh = random_uuid();
  if (!fresh) return fresh;
  const std::string temporary = path + ".new";
  {
    const process::UniqueFd file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    const std::string_view text = *fresh;
    if (!file ||
        ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return {Errc::kIo, base::cat("cannot write '", temporary, "': ", std::strerror(errno))};
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return {Errc::kIo, base::cat("cannot replace '", path, "': ", std::strerror(errno))};
  }
  return fresh;
}

}  // namespace systole::crmd
