#include "policy/input/stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"

namespace systole::policy::input {
namespace {

struct CloseStream {
  void operator()(std::FILE* file) const {
    if (file != stdin && file != stdout) std::fclose(file);
  }
};
using Stream = std::unique_ptr<std::FILE, CloseStream>;

base::Error system_error(std::string_view what, const std::string& path) {
  const int code = errno;
  return {base::errc_from_legacy(code),
          base::cat("Could not ", what, " '", path, "': ", std::strerror(code))};
}

/// The size of a regular file; pipes and folders have none.
std::optional<std::size_t> size_of(std::FILE* file) {
  struct stat info {};
  if (::fstat(::fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::size_t>(info.st_size);
}

/// Opens a file whose content is to be replaced, by writing over what is there. To empty a large
/// file first takes longer than to write it, and makes some file systems store it before it can be
/// closed.
Stream open_to_replace(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  return Stream(file < 0 ? nullptr : ::fdopen(file, "w"));
}

/// Takes away what is left of the former content of a file: behind what was written, or, if that
/// failed, all.
bool cut_after(std::FILE* file, bool was_written) {
  const int code = errno;
  const bool is_cut =
      !size_of(file) || ::ftruncate(::fileno(file), was_written ? ::ftello(file) : 0) == 0;
  if (!was_written) errno = code;
  return is_cut;
}

/// A file with room for pieces that are worth a call.
struct BufferedFile {
  explicit BufferedFile(const std::string& path) : stream(std::fopen(path.c_str(), "re")) {
    if (stream) std::setvbuf(stream.get(), buffer.data(), _IOFBF, buffer.size());
  }
  std::array<char, std::size_t{64} << 10> buffer;
  Stream stream;  // last: closed before its buffer goes
};

}  // namespace

base::Result<std::string> read_text(const std::string& path) {
  const bool piped = path == "-";
  const Stream file(piped ? stdin : std::fopen(path.c_str(), "re"));
  if (!file) return system_error("read", path);
  std::string text(piped ? 0 : size_of(file.get()).value_or(0), '\0');
  // One more byte than the file has, so that its end is seen.
  std::size_t length = 0;
  do {
    if (length == text.size()) text.resize(length + (length < 65536 ? 65536 : length / 2));
    length += std::fread(text.data() + length, 1, text.size() - length, file.get());
  } while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0);
  if (std::ferror(file.get()) != 0) return system_error("read", path);
  text.resize(length);
  return ipc::is_compressed(text) ? ipc::decompress_all(text) : base::Result<std::string>(text);
}

std::optional<xml::Source> open_pieces(const std::string& path) {
  const auto file = std::make_shared<BufferedFile>(path);
  if (!file->stream || !size_of(file->stream.get())) return std::nullopt;
  return [file](std::span<char> piece) {
    return std::fread(piece.data(), 1, piece.size(), file->stream.get());
  };
}

base::Result<void> write_pieces(const std::string& path, const Producer& produce) {
  const Stream file = path == "-" ? Stream(stdout) : open_to_replace(path);
  if (!file) return system_error("write", path);
  bool written = true;
  produce([&](std::string_view piece) {
    written = written && std::fwrite(piece.data(), 1, piece.size(), file.get()) == piece.size();
  });
  written = written && std::fflush(file.get()) == 0;
  if (path != "-") written = cut_after(file.get(), written) && written;
  return written ? base::Result<void>() : system_error("write", path);
}

base::Result<void> write_text(const std::string& path, std::string_view text) {
  return write_pieces(path, [&](const TextSink& sink) { sink(text); });
}

}  // namespace systole::policy::input
