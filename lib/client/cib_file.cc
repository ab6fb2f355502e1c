#include "lib/client/cib_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/store/store.h"
#include "lib/ipc/compression.h"
#include "lib/ipc/credentials.h"

namespace systole::client {
namespace {

using base::Errc;
using base::Result;

base::Error system_error(std::string_view what, const std::string& path) {
  const int number = errno;
  return {base::errc_from_legacy(number),
          base::cat(what, " '", path, "': ", std::string_view(std::strerror(number)))};
}

/// A file descriptor that is closed with its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// A file that is there but cannot be read holds no configuration that could be worked with.
base::Error unusable(base::Error error) {
  if (error.code != Errc::kNoSuchFile && error.code != Errc::kNotFound) error.code = Errc::kSchema;
  return error;
}

Result<std::string> read_all(int fd, const std::string& path) {
  constexpr std::size_t kLimit = std::size_t{256} << 20;
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count == 0) return text;
    if (count < 0) {
      if (errno == EINTR) continue;
      return system_error("could not read", path);
    }
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kLimit) return {Errc::kTooLarge, base::cat("'", path, "' is too large")};
  }
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return system_error("could not write", path);
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// Writes `text` over what the file holds, whose disk space is there.
Result<void> overwrite(int fd, std::string_view text, const std::string& path) {
  if (::lseek(fd, 0, SEEK_SET) != 0) return system_error("could not write", path);
  if (Result<void> written = write_all(fd, text, path); !written) return written;
  if (::ftruncate(fd, static_cast<off_t>(text.size())) != 0 || ::fsync(fd) != 0) {
    return system_error("could not write", path);
  }
  return {};
}

/// The file stays the same one: clients hold it open and read on from their own descriptor. What
/// was in it is put back when the new text cannot be written.
Result<void> rewrite_file(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.get() < 0) return system_error("could not write", path);
  const Result<std::string> old = read_all(file.get(), path);
  if (!old) return old.error();
  if (text.size() > old->size()) {
    const int refused = ::posix_fallocate(file.get(), 0, static_cast<off_t>(text.size()));
    if (refused != 0) {
      errno = refused;
      base::Error error = system_error("could not write", path);
      if (::ftruncate(file.get(), static_cast<off_t>(old->size())) != 0) {
        error.message += ", and its old text is followed by zeros";
      }
      return error;
    }
  }
  Result<void> written = overwrite(file.get(), text, path);
  if (!written) (void)overwrite(file.get(), *old, path);
  return written;
}

}  // namespace

Result<std::unique_ptr<CibClient>> CibFile::open(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
    return unusable(system_error("could not open the CIB file", path));
  }
  Result<std::string> text = read_all(file.get(), path);
  if (!text) return unusable(text.error());
  const bool compressed = ipc::is_compressed(*text);
  if (compressed) text = ipc::decompress_all(*text);
  if (!text) return unusable(text.error());
  Result<xml::Document> parsed = xml::Document::parse(*text);
  if (!parsed) {
    return {Errc::kSchema, base::cat("'", path, "' is no CIB: ", parsed.error().message)};
  }
  auto schemas = std::make_unique<cib::Schemas>(cib::Schemas::default_directory());
  Result<cib::Document> document = cib::Document::adopt(std::move(*parsed), schemas.get());
  if (!document) {
    return {
        document.error().code == Errc::kInvalidArgument ? Errc::kNotFound : document.error().code,
        base::cat("'", path, "' is no CIB: ", document.error().message)};
  }
  if (Result<void> valid = document->validate(); !valid) {
    return {Errc::kSchema, base::cat("'", path, "': ", valid.error().message)};
  }
  std::unique_ptr<CibFile> client(new CibFile(path, std::move(schemas), std::move(*document)));
  client->is_regular_ = S_ISREG(info.st_mode);
  client->is_compressed_ = compressed;
  return std::unique_ptr<CibClient>(std::move(client));
}

Result<CibAnswer> CibFile::call(const CibCall& call) {
  cib::Request request;
  request.operation = call.operation;
  request.target = call.target;
  // Who changed a file, and when, is not recorded in it: there is no node that did.
  request.options = call.options | cib::CallOption::kNoMtime;
  request.input = call.input;
  request.origin.user = user_of(call);
  if (!cib::is_exempt(request.origin.user)) {
    request.origin.groups = ipc::groups_listing(request.origin.user);
  }
  std::optional<cib::Document> before;
  if (cib::modifies(call.operation)) before = document_.clone();
  cib::Outcome outcome = document_.apply(request);
  CibAnswer answer;
  answer.verdict = outcome.verdict;
  if (outcome.output) answer.data = xml::Document::copy_of(outcome.output);
  if (outcome.changed && is_regular_) {
    if (const Result<void> saved = save(); !saved) {
      document_ = std::move(*before);
      return saved.error();
    }
  }
  return answer;
}

Result<void> CibFile::save() const {
  const std::filesystem::path path(path_);
  if (path.filename() == "cib.xml" && path.parent_path() == kCibDirectory) {
    const xml::Element root = document_.root();
    return cib::Store(std::string(kCibDirectory))
        .save(cib::file_text(root), cib::file_signature(root));
  }
  if (!is_compressed_) return rewrite_file(path_, document_.xml().indented());
  const Result<std::string> packed = ipc::compress(document_.xml().indented());
  return packed ? rewrite_file(path_, *packed) : Result<void>(packed.error());
}

}  // namespace systole::client
