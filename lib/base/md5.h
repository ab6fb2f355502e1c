#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace systole::base {

/// MD5 (RFC 1321). The cluster's digests detect differences between documents of friends with it,
/// as clients and peers expect; it protects nothing against an attacker.
class Md5 {
 public:
  void update(std::string_view bytes);
  /// The digest as 32 lower-case hexadecimal digits. The object is of no use afterwards.
  std::string finish();

 private:
  void block(const unsigned char* bytes);

  std::array<std::uint32_t, 4> state_ = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<unsigned char, 64> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t total_ = 0;
};

std::string md5_hex(std::string_view bytes);

}  // namespace systole::base
