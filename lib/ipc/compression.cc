#include "lib/ipc/compression.h"

#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "lib/base/strings.h"

namespace systole::ipc {

using base::cat;
using base::Errc;
using base::Error;
using base::Result;

namespace {

constexpr int kBlockSize = 4;
constexpr int kWorkFactor = 20;
constexpr std::size_t kChunk = std::size_t{256} << 10;
/// Far above any configuration, and below what a machine cannot hold.
constexpr std::size_t kUnpackedMax = std::size_t{1} << 30;

struct Decompressor {
  bz_stream stream = {};
  bool ready = BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK;

  Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() {
    if (ready) BZ2_bzDecompressEnd(&stream);
  }
};

/// At most `size_max` bytes of a stream.
Result<std::string> unpack(std::string_view stream, std::size_t size_max) {
  Decompressor bz;
  if (!bz.ready) return Error{Errc::kInternal, "cannot start bzip2"};
  bz.stream.next_in = const_cast<char*>(stream.data());
  bz.stream.avail_in = static_cast<unsigned>(stream.size());
  std::string out;
  std::size_t done = 0;
  for (;;) {
    // One byte more than announced may come out, to notice that there is more.
    out.resize(std::min(size_max + 1, std::max(done + kChunk, done * 2)));
    bz.stream.next_out = out.data() + done;
    bz.stream.avail_out = static_cast<unsigned>(out.size() - done);
    const std::size_t room = bz.stream.avail_out;
    const int rc = BZ2_bzDecompress(&bz.stream);
    done += room - bz.stream.avail_out;
    if (rc == BZ_STREAM_END) break;
    if (rc != BZ_OK) return Error{Errc::kProtocol, cat("broken bzip2 stream: code ", rc)};
    if (done > size_max) {
      return Error{Errc::kProtocol, cat("bzip2 stream unpacks to more than ", size_max, " bytes")};
    }
    if (bz.stream.avail_in == 0 && bz.stream.avail_out != 0) {
      return Error{Errc::kProtocol, "bzip2 stream ends early"};
    }
  }
  out.resize(done);
  return out;
}

}  // namespace

Result<std::string> compress(std::string_view bytes) {
  // The library's own bound for data that does not shrink.
  const std::size_t bound = bytes.size() + bytes.size() / 100 + 600;
  if (bound > std::numeric_limits<unsigned>::max()) {
    return Error{Errc::kTooLarge, cat("cannot compress ", bytes.size(), " bytes")};
  }
  std::string out(bound, '\0');
  auto size = static_cast<unsigned>(out.size());
  const int rc =
      BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(bytes.data()),
                               static_cast<unsigned>(bytes.size()), kBlockSize, 0, kWorkFactor);
  if (rc != BZ_OK) {
    return Error{Errc::kInternal, cat("cannot compress ", bytes.size(), " bytes: bzip2 code ", rc)};
  }
  out.resize(size);
  return out;
}

Result<std::string> decompress(std::string_view stream, std::size_t expected_size) {
  Result<std::string> out = unpack(stream, expected_size);
  if (out && out->size() != expected_size) {
    return Error{Errc::kProtocol,
                 cat("bzip2 stream unpacks to ", out->size(), " bytes, not ", expected_size)};
  }
  return out;
}

bool is_compressed(std::string_view bytes) {
  return bytes.starts_with("BZh");
}

Result<std::string> decompress_all(std::string_view stream) {
  return unpack(stream, kUnpackedMax);
}

}  // namespace systole::ipc
