#include "policy/input/stream.h"

#include <sys/stat.h>

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

/// How much to make room for; 0 where that is not known (pipes, folders).
std::size_t size_of(std::FILE* file) {
  struct stat info {};
  if (::fstat(::fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) return 0;
  return static_cast<std::size_t>(info.st_size);
}

}  // namespace

base::Result<std::string> read_text(const std::string& path) {
  const bool piped = path == "-";
  const Stream file(piped ? stdin : std::fopen(path.c_str(), "re"));
  if (!file) return system_error("read", path);
  std::string text(piped ? 0 : size_of(file.get()), '\0');
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

base::Result<void> write_pieces(const std::string& path, const Producer& produce) {
  const Stream file(path == "-" ? stdout : std::fopen(path.c_str(), "we"));
  bool written = file != nullptr;
  if (written) {
    produce([&](std::string_view piece) {
      written = written && std::fwrite(piece.data(), 1, piece.size(), file.get()) == piece.size();
    });
  }
  if (!written || std::fflush(file.get()) != 0) return system_error("write", path);
  return {};
}

base::Result<void> write_text(const std::string& path, std::string_view text) {
  return write_pieces(path, [&](const TextSink& sink) { sink(text); });
}

}  // namespace systole::policy::input
