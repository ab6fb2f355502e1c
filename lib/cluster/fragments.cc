#include "lib/cluster/fragments.h"

#include <algorithm>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/strings.h"

namespace systole::cluster {

using base::cat;

namespace {

constexpr std::string_view kMark = "SYS2";
constexpr std::size_t kLengthSize = 4;
// Corosync's token carries a bounded number of packets, so that more pieces on the way bring hardly
// more bytes through (1 and 16 the same within a tenth, three nodes on one machine), and each is
// sent again when the members change.
constexpr std::size_t kUnderWayMax = 4;

template <typename Number>
void append_number(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
}

template <typename Number>
Number take_number(std::string_view& bytes) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    value |= Number{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  bytes.remove_prefix(sizeof(Number));
  return value;
}

std::string to_bytes(const FragmentHeader& header) {
  std::string out(kMark);
  append_number(out, header.ring.node);
  append_number(out, header.ring.sequence);
  append_number(out, header.number);
  append_number(out, header.index);
  append_number(out, header.count);
  return out;
}

std::optional<FragmentHeader> parse_header(std::string_view piece) {
  if (piece.size() < kFragmentHeaderSize || piece.substr(0, kMark.size()) != kMark) {
    return std::nullopt;
  }
  piece.remove_prefix(kMark.size());
  FragmentHeader header;
  header.ring.node = take_number<std::uint32_t>(piece);
  header.ring.sequence = take_number<std::uint64_t>(piece);
  header.number = take_number<std::uint64_t>(piece);
  header.index = take_number<std::uint32_t>(piece);
  header.count = take_number<std::uint32_t>(piece);
  if (header.count == 0 || header.index >= header.count) return std::nullopt;
  return header;
}

/// The whole messages in the body of an only piece; nothing when it is none of ours.
std::optional<std::vector<std::string>> unpack(std::string_view body) {
  std::vector<std::string> messages;
  while (!body.empty()) {
    if (body.size() < kLengthSize) return std::nullopt;
    const auto size = take_number<std::uint32_t>(body);
    if (size > body.size()) return std::nullopt;
    messages.emplace_back(body.substr(0, size));
    body.remove_prefix(size);
  }
  return messages;
}

Error no_message(const Member& sender, std::size_t size) {
  return Error{Errc::kProtocol, cat("node ", sender.node.value(), " process ", sender.pid, " sent ",
                                    size, " bytes that are no message")};
}

}  // namespace

FragmentSender::FragmentSender(std::size_t piece_size)
    : body_size_(piece_size - kFragmentHeaderSize - kLengthSize) {
  CHECK(piece_size > kFragmentHeaderSize + kLengthSize);
}

bool FragmentSender::is_long(const std::string& message) const {
  return message.size() > body_size_;
}

std::uint32_t FragmentSender::pieces_of(const std::string& message) const {
  return static_cast<std::uint32_t>((message.size() + body_size_ - 1) / body_size_);
}

void FragmentSender::push(std::string message) {
  waiting_bytes_ += message.size();
  messages_.push_back(std::move(message));
}

std::optional<FragmentSender::Piece> FragmentSender::next() const {
  if (!ring_ || sent_ == messages_.size() || long_under_way_) return std::nullopt;
  if (stale_ + under_way_.size() >= kUnderWayMax) return std::nullopt;
  return is_long(messages_[sent_]) ? piece_of_long() : packed();
}

FragmentSender::Piece FragmentSender::packed() const {
  Piece piece{.bytes =
                  to_bytes({.ring = *ring_, .number = first_ + sent_, .index = 0, .count = 1})};
  for (std::size_t i = sent_; i < messages_.size(); ++i) {
    const std::string& message = messages_[i];
    if (piece.bytes.size() + message.size() > kFragmentHeaderSize + body_size_) break;
    append_number(piece.bytes, static_cast<std::uint32_t>(message.size()));
    piece.bytes += message;
    ++piece.completes;
  }
  return piece;
}

FragmentSender::Piece FragmentSender::piece_of_long() const {
  const std::string& message = messages_[sent_];
  const std::uint32_t count = pieces_of(message);
  Piece piece{
      .bytes = to_bytes(
          {.ring = *ring_, .number = first_ + sent_, .index = pieces_sent_, .count = count}),
      .completes = pieces_sent_ + 1 == count ? 1U : 0U};
  piece.bytes.append(message, pieces_sent_ * body_size_, body_size_);
  return piece;
}

void FragmentSender::sent(const Piece& piece) {
  CHECK(sent_ < messages_.size());
  under_way_.push_back(piece.completes);
  if (!is_long(messages_[sent_])) {
    sent_ += piece.completes;
    return;
  }
  ++pieces_sent_;
  if (piece.completes == 0) return;
  ++sent_;
  pieces_sent_ = 0;
  long_under_way_ = true;
}

void FragmentSender::delivered(std::string_view piece) {
  const auto header = parse_header(piece);
  if (!header || header->ring != ring_) return;
  if (stale_ > 0) {
    --stale_;
    return;
  }
  if (under_way_.empty()) return;
  const std::uint32_t completed = under_way_.front();
  under_way_.pop_front();
  if (header->count > 1) ++pieces_back_;
  if (completed == 0) return;
  for (std::uint32_t i = 0; i < completed; ++i) {
    waiting_bytes_ -= messages_.front().size();
    messages_.pop_front();
  }
  first_ += completed;
  sent_ -= completed;
  if (header->count > 1) {
    pieces_back_ = 0;
    long_under_way_ = false;
  }
}

void FragmentSender::members_joined() {
  if (pieces_back_ == 0) return;
  const std::size_t to_come = stale_ + under_way_.size();
  start_over();
  stale_ = to_come;
}

void FragmentSender::ring_changed(const Ring& ring) {
  ring_ = ring;
  start_over();
}

void FragmentSender::start_over() {
  under_way_.clear();
  stale_ = 0;
  sent_ = 0;
  pieces_sent_ = 0;
  pieces_back_ = 0;
  long_under_way_ = false;
}

Result<std::vector<std::string>> FragmentAssembler::add(const Member& sender,
                                                        std::string_view piece) {
  const auto header = parse_header(piece);
  if (!header) return no_message(sender, piece.size());
  if (header->ring != ring_) return std::vector<std::string>();
  Source& source = sources_[sender];
  if (header->index == 0 && source.expected && *source.expected != header->number) {
    return Error{Errc::kNeedResync,
                 cat("message ", header->number, " of node ", sender.node.value(), " process ",
                     sender.pid, " came where ", *source.expected, " had to follow")};
  }
  const std::string_view body = piece.substr(kFragmentHeaderSize);
  if (header->count > 1) {
    auto messages = add_part(source, *header, body);
    if (!messages) {
      return Error{messages.error().code,
                   cat("node ", sender.node.value(), " ", messages.error().message)};
    }
    return messages;
  }
  auto messages = unpack(body);
  if (!messages) return no_message(sender, piece.size());
  source.expected = header->number + messages->size();
  return std::move(*messages);
}

Result<std::vector<std::string>> FragmentAssembler::add_part(Source& source,
                                                             const FragmentHeader& header,
                                                             std::string_view body) const {
  std::vector<std::string> messages;
  if (header.index == 0) source.partial = Partial{.number = header.number, .next = 0, .bytes = {}};
  std::optional<Partial>& partial = source.partial;
  if (!partial) return messages;
  if (partial->number != header.number || partial->next != header.index) {
    partial.reset();
    return messages;
  }
  if (partial->bytes.size() + body.size() > size_max_) {
    partial.reset();
    return Error{Errc::kTooLarge, cat("sends a message of more than ", size_max_, " bytes")};
  }
  partial->bytes.append(body);
  ++partial->next;
  if (partial->next < header.count) return messages;
  messages.push_back(std::move(partial->bytes));
  partial.reset();
  source.expected = header.number + 1;
  return messages;
}

void FragmentAssembler::view(const View& view) {
  for (const Departure& departure : view.left) sources_.erase(departure.member);
  for (const Member& member : view.joined) sources_.erase(member);
  if (view.joined.empty()) return;
  for (auto& [member, source] : sources_) source.partial.reset();
}

void FragmentAssembler::ring_changed(const Ring& ring) {
  ring_ = ring;
  for (auto& [member, source] : sources_) source.partial.reset();
}

}  // namespace systole::cluster
