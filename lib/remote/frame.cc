#include "lib/remote/frame.h"

#include <bit>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"

namespace systole::remote {
namespace {

/// Far more than any header of this version needs.
constexpr std::uint32_t kPayloadOffsetMax = 4096;

struct Header {
  std::uint32_t mark = kByteOrderMark;
  std::uint32_t version = kProtocolVersion;
  std::uint64_t id = 0;
  std::uint64_t flags = 0;
  std::uint32_t size_total = 0;
  std::uint32_t payload_offset = kHeaderSize;
  std::uint32_t size_packed = 0;
  std::uint32_t size_text = 0;  ///< with the NUL
};
static_assert(sizeof(Header) == kHeaderSize);

template <typename Number>
Number swapped(Number number) {
  Number out = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    out = static_cast<Number>(out << 8) | static_cast<Number>((number >> (8 * i)) & 0xff);
  }
  return out;
}

Result<Header> read_header(std::string_view bytes) {
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.mark == swapped(kByteOrderMark)) {
    header.version = swapped(header.version);
    header.size_total = swapped(header.size_total);
    header.payload_offset = swapped(header.payload_offset);
    header.size_packed = swapped(header.size_packed);
    header.size_text = swapped(header.size_text);
  } else if (header.mark != kByteOrderMark) {
    return {Errc::kProtocol, "bytes that begin no message"};
  }
  return header;
}

Result<void> check(const Header& header, std::size_t text_max) {
  if (header.version != kProtocolVersion) {
    return {Errc::kVersion, base::cat("version ", header.version, " of the protocol")};
  }
  const std::uint32_t stored = header.size_packed != 0 ? header.size_packed : header.size_text;
  if (header.size_text > text_max || stored > text_max) {
    return {Errc::kTooLarge, base::cat("a message of ", header.size_text, " bytes")};
  }
  const std::uint64_t expected = std::uint64_t{header.payload_offset} + stored;
  if (header.size_text == 0 || header.payload_offset < kHeaderSize ||
      header.payload_offset > kPayloadOffsetMax || header.size_total != expected) {
    return {Errc::kProtocol, "a message whose sizes do not fit each other"};
  }
  return {};
}

Result<std::string> unpack(const Header& header, std::string_view payload) {
  std::string text;
  if (header.size_packed != 0) {
    Result<std::string> unpacked = ipc::decompress(payload, header.size_text);
    if (!unpacked) return {Errc::kProtocol, unpacked.error().message};
    text = std::move(*unpacked);
  } else {
    text = payload;
  }
  if (text.find('\0') != text.size() - 1) {
    return {Errc::kProtocol, "a message whose text does not end where it says"};
  }
  text.pop_back();
  return text;
}

}  // namespace

Result<std::string> make_frame(std::uint64_t id, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return {Errc::kInvalidArgument, "a message that holds a NUL"};
  }
  if (text.size() >= UINT32_MAX - kHeaderSize) {
    return {Errc::kTooLarge, base::cat("a message of ", text.size(), " bytes")};
  }
  Header header;
  header.id = id;
  header.size_text = static_cast<std::uint32_t>(text.size() + 1);
  header.size_total = header.payload_offset + header.size_text;
  std::string frame(sizeof header, '\0');
  std::memcpy(frame.data(), &header, sizeof header);
  frame += text;
  frame += '\0';
  return frame;
}

void FrameReader::add(std::string_view bytes) {
  if (begin_ > 0) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
}

Result<std::optional<std::string>> FrameReader::next() {
  const std::string_view rest = std::string_view(bytes_).substr(begin_);
  if (rest.size() < kHeaderSize) return std::optional<std::string>();
  const Result<Header> header = read_header(rest);
  if (!header) return header.error();
  if (Result<void> checked = check(*header, text_max_); !checked) return checked.error();
  if (rest.size() < header->size_total) return std::optional<std::string>();
  const std::size_t stored = header->size_total - header->payload_offset;
  Result<std::string> text = unpack(*header, rest.substr(header->payload_offset, stored));
  if (!text) return text.error();
  begin_ += header->size_total;
  return std::optional<std::string>(std::move(*text));
}

}  // namespace systole::remote
