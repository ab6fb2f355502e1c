#include "crmd/shell/stamp_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::string_view kHeading = "systole-stamps 1";
constexpr std::size_t kSizeMax = 64 * 1024;

Error failure(std::string_view what, const std::string& path) {
  const int number = errno;
  const Errc code = number == ENOSPC || number == EDQUOT  ? Errc::kNoSpace
                    : number == EACCES || number == EPERM ? Errc::kPermission
                                                          : Errc::kIo;
  return {code, base::cat("cannot ", what, " '", path, "': ", std::strerror(number))};
}

std::optional<Stamp> read_stamp(const std::vector<std::string_view>& words) {
  if (words.size() != 7) return std::nullopt;
  const auto generation = base::parse_integer<std::uint64_t>(words[1]);
  const auto promised = base::parse_integer<std::uint64_t>(words[2]);
  const auto admin_epoch = base::parse_integer<std::int64_t>(words[3]);
  const auto epoch = base::parse_integer<std::int64_t>(words[4]);
  const auto num_updates = base::parse_integer<std::int64_t>(words[5]);
  const auto provisional = base::parse_bool(words[6]);
  if (!generation || !promised || !admin_epoch || !epoch || !num_updates || !provisional) {
    return std::nullopt;
  }
  return Stamp{.generation = *generation,
               .promised = *promised,
               .base = {*admin_epoch, *epoch, *num_updates},
               .provisional = *provisional};
}

Result<void> write_durably(const std::string& path, std::string_view text) {
  const process::UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) return failure("create", path);
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return failure("flush", path);
  return {};
}

}  // namespace

std::string encode_stamps(const Stamps& stamps) {
  std::string out = base::cat(kHeading, "\n");
  for (const auto& [signature, stamp] : stamps) {
    out += base::cat(signature, " ", stamp.generation, " ", stamp.promised, " ",
                     stamp.base.admin_epoch, " ", stamp.base.epoch, " ", stamp.base.num_updates,
                     " ", stamp.provisional ? "yes" : "no", "\n");
  }
  return out;
}

Result<Stamps> decode_stamps(std::string_view text) {
  const std::vector<std::string_view> lines = base::split(text, "\n");
  if (lines.empty() || lines.front() != kHeading) {
    return {Errc::kIo, "the stamps begin with no known heading"};
  }
  Stamps stamps;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string_view> words = base::split(lines[i], " ");
    const auto stamp = read_stamp(words);
    if (!stamp) return {Errc::kIo, base::cat("line ", i + 1, " of the stamps is no stamp")};
    stamps.insert_or_assign(std::string(words[0]), *stamp);
  }
  return stamps;
}

Stamp stamp_for(const Stamps& stamps, std::string_view signature) {
  const auto found = stamps.find(std::string(signature));
  Stamp out = found == stamps.end() ? Stamp{} : found->second;
  for (const auto& [other, stamp] : stamps) out.promised = std::max(out.promised, stamp.promised);
  return out;
}

Result<Stamps> load_stamps(const std::string& path) {
  const process::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT) return Stamps{};
    return failure("open", path);
  }
  std::string text(kSizeMax, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  auto stamps = decode_stamps(text);
  if (!stamps) return {stamps.error().code, base::cat("'", path, "': ", stamps.error().message)};
  return stamps;
}

Result<void> save_stamps(const std::string& path, const Stamps& stamps) {
  const std::string temporary = path + ".new";
  if (auto written = write_durably(temporary, encode_stamps(stamps)); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("replace", path);
  const std::string folder = std::filesystem::path(path).parent_path();
  const process::UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return failure("flush", folder);
  return {};
}

}  // namespace systole::crmd
