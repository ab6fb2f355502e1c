#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cluster/cluster.h"

namespace systole::cluster {

/// A membership that Corosync formed (`cpg_ring_id`); no two have the same.
struct Ring {
  std::uint32_t node = 0;
  std::uint64_t sequence = 0;

  bool operator==(const Ring&) const = default;
};

/// Sits before each piece, after the mark "SYS2"; little-endian. The body of an only piece is one
/// or more whole messages, each after its length in four bytes; the pieces of a longer message hold
/// just its bytes.
struct FragmentHeader {
  Ring ring;                 ///< the newest that the sender knew
  std::uint64_t number = 0;  ///< of the first message in it; a sender's messages count from 1
  std::uint32_t index = 0;
  std::uint32_t count = 0;  ///< pieces of the message
};
inline constexpr std::size_t kFragmentHeaderSize = 32;

/// The sending side of one group: packs short messages together and cuts long ones into pieces that
/// CPG takes, and decides what has to be sent again.
///
/// CPG alone does not keep the promises of Group. It cuts messages into packets itself, and when
/// partitions merge between two packets of one message, those who sat with the sender deliver it
/// after the view of the merge, and the others, who lack its beginning, never. So every piece names
/// the ring its sender knew, everybody drops what is of another ring than the present one, and the
/// sender, which sees its own pieces and the rings in the same order as all, sends that again.
///
/// A process that joins on a running node between two pieces misses the first ones, while the
/// others would deliver the message after the view that has the new member. So everybody forgets
/// incomplete messages when somebody joins, and the sender starts over if some but not all pieces
/// came before that view.
class FragmentSender {
 public:
  struct Piece {
    std::string bytes;
    std::uint32_t completes = 0;  ///< messages that end in it
  };

  /// `piece_size`: bytes of a CPG message, its header included.
  explicit FragmentSender(std::size_t piece_size);

  void push(std::string message);

  /// The next piece to hand to CPG. Nothing before the first ring; while enough is under way, so
  /// that what comes meanwhile travels together; and while the pieces of a long message have not
  /// all come back, which later messages must not overtake.
  std::optional<Piece> next() const;

  /// `piece`, from next(), was taken by CPG.
  void sent(const Piece& piece);

  /// One of our own pieces was delivered.
  void delivered(std::string_view piece);

  /// A view with new members was delivered.
  void members_joined();

  /// What follows was ordered in `ring`.
  void ring_changed(const Ring& ring);

  /// Bytes of messages that have not all come back.
  std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  bool is_long(const std::string& message) const;
  std::uint32_t pieces_of(const std::string& message) const;
  Piece packed() const;
  Piece piece_of_long() const;
  void start_over();

  std::size_t body_size_;
  std::optional<Ring> ring_;
  std::deque<std::string> messages_;  // that have not come back
  std::uint64_t first_ = 1;           // number of the front message
  std::size_t waiting_bytes_ = 0;
  std::size_t sent_ = 0;                 // messages from the front that are wholly under way
  std::deque<std::uint32_t> under_way_;  // for each piece, the messages that end in it
  std::size_t stale_ = 0;                // pieces that come back before those and no longer count
  std::uint32_t pieces_sent_ = 0;        // of the long message that is next
  std::uint32_t pieces_back_ = 0;        // of the long message in front
  bool long_under_way_ = false;          // the last message sent is a long one
};

/// The receiving side of one group.
class FragmentAssembler {
 public:
  explicit FragmentAssembler(std::size_t message_size_max) : size_max_(message_size_max) {}

  /// Takes a piece; returns the messages that it completes. Errors are pieces that are none of ours
  /// (kProtocol), messages over the limit (kTooLarge), and a message of `sender` that does not
  /// follow the last one (kNeedResync): this process missed what others got.
  Result<std::vector<std::string>> add(const Member& sender, std::string_view piece);

  /// A view was delivered: forgets what cannot be completed any more.
  void view(const View& view);

  /// What follows was ordered in `ring`.
  void ring_changed(const Ring& ring);

 private:
  struct Partial {
    std::uint64_t number = 0;
    std::uint32_t next = 0;
    std::string bytes;
  };
  struct Source {
    std::optional<std::uint64_t> expected;  // number of its next message; unknown at first
    std::optional<Partial> partial;
  };

  Result<std::vector<std::string>> add_part(Source& source, const FragmentHeader& header,
                                            std::string_view body) const;

  std::size_t size_max_;
  std::optional<Ring> ring_;
  std::map<Member, Source> sources_;
};

}  // namespace systole::cluster
