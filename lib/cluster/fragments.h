#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/cluster/cluster.h"

namespace systole::cluster {

/// Sits before each piece of a message, little-endian: "SYST", the number of the attempt to send
/// this message, the piece's index, and the number of pieces.
inline constexpr std::size_t kFragmentHeaderSize = 16;

/// The sending side of one group: cuts messages into pieces that CPG takes, and decides when one
/// has to be sent again.
///
/// A member that joins between two pieces misses the first ones, while the others would deliver the
/// message after the view that has the new member. So everybody forgets incomplete messages when
/// somebody joins, and the sender, which sees its own pieces and views in the same order as all,
/// starts over if some but not all pieces came before that view.
class FragmentSender {
 public:
  /// `piece_size`: bytes of a CPG message, its header included.
  explicit FragmentSender(std::size_t piece_size) : piece_size_(piece_size) {}

  void push(std::string message);

  /// The next piece to hand to CPG; nothing while there is none, or while the pieces of a long
  /// message have not all come back, which later messages must not overtake.
  std::optional<std::string> next() const;

  /// The piece of next() was taken by CPG.
  void sent();

  /// One of our own pieces was delivered.
  void delivered(std::string_view piece);

  /// A view with new members was delivered.
  void members_joined();

  /// Bytes of messages that are not completely sent.
  std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  std::uint32_t pieces_of(const std::string& message) const;
  void finish();

  std::size_t piece_size_;
  std::deque<std::string> messages_;
  std::size_t waiting_bytes_ = 0;
  // State of the front message.
  std::uint32_t attempt_ = 1;
  std::uint32_t sent_ = 0;
  std::uint32_t delivered_ = 0;
};

/// The receiving side of one group.
class FragmentAssembler {
 public:
  explicit FragmentAssembler(std::size_t message_size_max) : size_max_(message_size_max) {}

  /// Takes a piece; returns the message that it completes. Errors are pieces that are none of ours
  /// (kProtocol) and messages over the limit (kTooLarge).
  Result<std::optional<std::string>> add(const Member& sender, std::string_view piece);

  /// A view was delivered: forgets what cannot be completed any more.
  void view(const View& view);

 private:
  struct Partial {
    std::uint32_t attempt = 0;
    std::uint32_t next = 0;
    std::string bytes;
  };
  std::size_t size_max_;
  std::map<Member, Partial> partials_;
};

}  // namespace systole::cluster
