#include "lib/ipc/frame.h"

#include <qb/qbdefs.h>
#include <qb/qbipc_common.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"

namespace systole::ipc {

using base::cat;

namespace {

constexpr std::size_t kBufferSize = std::size_t{128} << 10;
// libqb's handshake has to fit as well.
constexpr std::size_t kBufferSizeMin = 12336;

struct WireHeader {
  qb_ipc_response_header qb;
  std::uint32_t size_uncompressed;
  std::uint32_t size_compressed;
  std::uint32_t flags;
  std::uint8_t version;
  std::uint8_t padding[3];
};
static_assert(sizeof(WireHeader) == kFrameHeaderSize);
static_assert(offsetof(WireHeader, size_uncompressed) == 24);
static_assert(offsetof(WireHeader, version) == 36);

Error malformed(std::string_view what) {
  return {Errc::kProtocol, cat("malformed message: ", what)};
}

}  // namespace

std::size_t default_buffer_size() {
  static const std::size_t size = [] {
    const char* text = std::getenv("PCMK_ipc_buffer");
    if (text == nullptr) return kBufferSize;
    const auto wanted = base::parse_integer<std::size_t>(base::trim(text));
    if (!wanted || *wanted == 0 || *wanted > kTextSizeMax) return kBufferSize;
    return std::max(*wanted, kBufferSizeMin);
  }();
  return size;
}

Result<Payload> make_payload(std::string_view text, std::size_t compress_from) {
  if (text.find('\0') != std::string_view::npos) {
    return Error{Errc::kInvalidArgument, "a message cannot hold a NUL"};
  }
  if (text.size() >= kTextSizeMax) {
    return Error{Errc::kTooLarge,
                 cat("a message of ", text.size(), " bytes is over the limit of ", kTextSizeMax)};
  }
  std::string bytes(text);
  bytes.push_back('\0');
  Payload payload;
  payload.size_uncompressed = static_cast<std::uint32_t>(bytes.size());
  if (kFrameHeaderSize + bytes.size() >= compress_from) {
    auto stream = compress(bytes);
    if (!stream) return stream.error();
    bytes = std::move(*stream);
    payload.size_compressed = static_cast<std::uint32_t>(bytes.size());
  }
  payload.bytes = std::make_shared<const std::string>(std::move(bytes));
  return payload;
}

std::string make_header(std::int32_t id, std::uint32_t flags, const Payload& payload) {
  WireHeader header = {};
  header.qb.id = id;
  header.qb.size = static_cast<std::int32_t>(payload.frame_size());
  header.size_uncompressed = payload.size_uncompressed;
  header.size_compressed = payload.size_compressed;
  header.flags = flags;
  if (payload.size_compressed != 0) header.flags |= kCompressed;
  header.version = kFrameVersion;
  return std::string(reinterpret_cast<const char*>(&header), sizeof header);
}

Result<Message> parse_frame(std::string_view bytes) {
  WireHeader header;
  if (bytes.size() < sizeof header) return malformed(cat("only ", bytes.size(), " bytes"));
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.version > kFrameVersion) {
    return Error{Errc::kVersion, cat("message of protocol version ", int{header.version})};
  }
  if (header.qb.size < 0 || static_cast<std::size_t>(header.qb.size) != bytes.size()) {
    return malformed(cat("size ", header.qb.size, " in a frame of ", bytes.size(), " bytes"));
  }
  const std::string_view body = bytes.substr(sizeof header);
  if (header.size_uncompressed == 0) return malformed("no text");
  if (header.size_uncompressed > kTextSizeMax) {
    return Error{Errc::kTooLarge, cat("a message of ", header.size_uncompressed,
                                      " bytes is over the limit of ", kTextSizeMax)};
  }
  Message message{.id = header.qb.id, .flags = header.flags, .text = {}};
  if (header.size_compressed != 0) {
    if (header.size_compressed > body.size()) return malformed("compressed size over the frame's");
    auto text = decompress(body.substr(0, header.size_compressed), header.size_uncompressed);
    if (!text) return text.error();
    message.text = std::move(*text);
  } else {
    if (header.size_uncompressed > body.size()) return malformed("text size over the frame's");
    message.text.assign(body.substr(0, header.size_uncompressed));
  }
  if (message.text.find('\0') != message.text.size() - 1) {
    return malformed("the text's only NUL must be its last byte");
  }
  message.text.pop_back();
  return message;
}

}  // namespace systole::ipc
