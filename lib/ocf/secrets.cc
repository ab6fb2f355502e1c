#include "lib/ocf/secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "lib/base/md5.h"
#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::ocf {
namespace {

using base::Errc;
using base::Result;

constexpr std::size_t kSecretBytesMax = 64 * 1024;

bool is_secret_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos;
}

Result<std::string> read_small_file(const std::string& path) {
  const process::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return {Errc::kNoSuchFile, base::cat("cannot open ", path)};
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < kSecretBytesMax) {
    const ssize_t size = read(file.get(), buffer.data(), buffer.size());
    if (size < 0) return {Errc::kIo, base::cat("cannot read ", path)};
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return {Errc::kTooLarge, base::cat(path, " is too long for a secret")};
}

Result<std::string> read_file(const std::string& path) {
  const Result<std::string> text = read_small_file(path);
  if (!text) return text.error();
  const Result<std::string> digest = read_small_file(path + ".sign");
  if (!digest) return digest.error();
  std::string value = *text;
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  const std::string_view wanted = base::trim(*digest);
  if (wanted != base::md5_hex(value) && wanted != base::md5_hex(*text)) {
    return {Errc::kDigestMismatch, base::cat(path, " does not match its digest")};
  }
  return value;
}

}  // namespace

Result<std::string> read_secret(const std::string& folder, std::string_view resource,
                                std::string_view parameter) {
  if (!is_secret_name(resource) || !is_secret_name(parameter)) {
    return {Errc::kNoSuchFile, base::cat("parameter ", parameter, " cannot have a secret value")};
  }
  Result<std::string> value = read_file(base::cat(folder, "/", resource, "/", parameter));
  if (value) return value;
  return {value.error().code, base::cat("the secret value of parameter ", parameter,
                                        " is not available: ", value.error().message)};
}

}  // namespace systole::ocf
