#include "lib/cluster/fragments.h"

#include <algorithm>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/strings.h"

namespace systole::cluster {

namespace {

constexpr std::string_view kMark = "SYST";

struct Header {
  std::uint32_t attempt = 0;
  std::uint32_t index = 0;
  std::uint32_t count = 0;
};

void append_number(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint32_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

std::optional<Header> parse_header(std::string_view piece) {
  if (piece.size() < kFragmentHeaderSize || piece.substr(0, kMark.size()) != kMark) {
    return std::nullopt;
  }
  const Header header{
      .attempt = number_at(piece, 4), .index = number_at(piece, 8), .count = number_at(piece, 12)};
  if (header.count == 0 || header.index >= header.count) return std::nullopt;
  return header;
}

}  // namespace

std::uint32_t FragmentSender::pieces_of(const std::string& message) const {
  const std::size_t body = piece_size_ - kFragmentHeaderSize;
  return static_cast<std::uint32_t>(std::max<std::size_t>(1, (message.size() + body - 1) / body));
}

void FragmentSender::push(std::string message) {
  waiting_bytes_ += message.size();
  messages_.push_back(std::move(message));
}

std::optional<std::string> FragmentSender::next() const {
  if (messages_.empty()) return std::nullopt;
  const std::string& message = messages_.front();
  const std::uint32_t count = pieces_of(message);
  if (sent_ == count) return std::nullopt;
  const std::size_t body = piece_size_ - kFragmentHeaderSize;
  std::string piece(kMark);
  append_number(piece, attempt_);
  append_number(piece, sent_);
  append_number(piece, count);
  piece.append(message, sent_ * body, body);
  return piece;
}

void FragmentSender::sent() {
  CHECK(!messages_.empty());
  ++sent_;
  // Only a message in several pieces can be torn by a view.
  if (pieces_of(messages_.front()) == 1) finish();
}

void FragmentSender::delivered(std::string_view piece) {
  const auto header = parse_header(piece);
  if (!header || header->count == 1 || header->attempt != attempt_ || messages_.empty()) return;
  delivered_ = header->index + 1;
  if (delivered_ == header->count) finish();
}

void FragmentSender::members_joined() {
  if (delivered_ == 0) return;
  ++attempt_;
  sent_ = 0;
  delivered_ = 0;
}

void FragmentSender::finish() {
  waiting_bytes_ -= messages_.front().size();
  messages_.pop_front();
  ++attempt_;
  sent_ = 0;
  delivered_ = 0;
}

Result<std::optional<std::string>> FragmentAssembler::add(const Member& sender,
                                                          std::string_view piece) {
  const auto header = parse_header(piece);
  if (!header) {
    return Error{Errc::kProtocol, base::cat("node ", sender.node.value(), " process ", sender.pid,
                                            " sent ", piece.size(), " bytes that are no message")};
  }
  const std::string_view body = piece.substr(kFragmentHeaderSize);
  if (header->count == 1) return std::optional<std::string>(body);
  if (header->index == 0) {
    partials_[sender] = Partial{.attempt = header->attempt, .next = 0, .bytes = {}};
  }
  const auto found = partials_.find(sender);
  if (found == partials_.end()) return std::optional<std::string>();
  Partial& partial = found->second;
  if (partial.attempt != header->attempt || partial.next != header->index) {
    partials_.erase(found);
    return std::optional<std::string>();
  }
  if (partial.bytes.size() + body.size() > size_max_) {
    partials_.erase(found);
    return Error{Errc::kTooLarge, base::cat("node ", sender.node.value(),
                                            " sends a message of more than ", size_max_, " bytes")};
  }
  partial.bytes.append(body);
  ++partial.next;
  if (partial.next < header->count) return std::optional<std::string>();
  std::optional<std::string> message(std::move(partial.bytes));
  partials_.erase(found);
  return message;
}

void FragmentAssembler::view(const View& view) {
  if (!view.joined.empty()) {
    partials_.clear();
    return;
  }
  for (const Departure& departure : view.left) partials_.erase(departure.member);
}

}  // namespace systole::cluster
