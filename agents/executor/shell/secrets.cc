#include "agents/executor/shell/secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "lib/base/md5.h"
#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::executor {
namespace {

using base::Errc;

constexpr std::string_view kPlaceholder = "lrm://";
constexpr std::size_t kMaxBytes = 64 * 1024;

bool is_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos;
}

base::Result<std::string> read_small_file(const std::string& path) {
  const process::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return {Errc::kNoSuchFile, base::cat("cannot open ", path)};
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < kMaxBytes) {
    const ssize_t size = read(file.get(), buffer.data(), buffer.size());
    if (size < 0) return {Errc::kIo, base::cat("cannot read ", path)};
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return {Errc::kTooLarge, base::cat(path, " is too long for a secret")};
}

base::Result<std::string> read_secret(const std::string& path) {
  const base::Result<std::string> text = read_small_file(path);
  if (!text) return text.error();
  const base::Result<std::string> digest = read_small_file(path + ".sign");
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

base::Result<void> substitute_secrets(Operation& operation, const std::string& folder) {
  for (Parameter& each : operation.parameters) {
    if (each.value != kPlaceholder) continue;
    if (!is_file_name(operation.resource) || !is_file_name(each.name)) {
      return {Errc::kNoSuchFile, base::cat("parameter ", each.name, " cannot have a secret value")};
    }
    base::Result<std::string> value =
        read_secret(base::cat(folder, "/", operation.resource, "/", each.name));
    if (!value) {
      return {value.error().code, base::cat("the secret value of parameter ", each.name,
                                            " is not available: ", value.error().message)};
    }
    each.value = std::move(*value);
  }
  return {};
}

void drop_placeholders(Operation& operation) {
  std::erase_if(operation.parameters,
                [](const Parameter& each) { return each.value == kPlaceholder; });
}

}  // namespace systole::executor
