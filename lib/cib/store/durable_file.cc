#include "lib/cib/store/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::cib {

using base::Errc;
using base::Error;
using base::Result;
using process::UniqueFd;

namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

Error file_error(std::string_view what, const std::string& path) {
  const int number = errno;
  Errc code = Errc::kIo;
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) code = Errc::kNoSpace;
  if (number == EACCES || number == EPERM || number == EROFS) code = Errc::kPermission;
  if (number == ENOENT) code = Errc::kNoSuchFile;
  return {code, base::cat("cannot ", what, " '", path, "': ", std::strerror(number))};
}

Result<std::optional<std::string>> read_file(const std::string& path, std::size_t size_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::optional<std::string>();
  if (!file) return file_error("open", path);
  std::string text;
  char block[65536];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path);
    if (got == 0) return std::optional(std::move(text));
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > size_max) {
      return {Errc::kTooLarge, base::cat("'", path, "' has more than ", size_max, " bytes")};
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view text) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file) return file_error("create", path);
  // What root writes is for the daemons to read, and to replace, which are not root.
  struct stat folder {};
  if (::geteuid() == 0 && ::stat(folder_of(path).c_str(), &folder) == 0 &&
      ::fchown(file.get(), folder.st_uid, folder.st_gid) != 0) {
    return file_error("give away", path);
  }
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return file_error("flush", path);
  return {};
}

Result<void> flush_folder(const std::string& folder) {
  const UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return file_error("open", folder);
  if (::fsync(directory.get()) != 0) return file_error("flush", folder);
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  if (auto written = write_file(temporary, text); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return file_error("replace", path);
  return flush_folder(folder_of(path));
}

}  // namespace systole::cib
