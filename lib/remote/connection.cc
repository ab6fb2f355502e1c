#include "lib/remote/connection.h"

#include <array>
#include <utility>

namespace systole::remote {
namespace {

/// Read from one peer before others get their turn.
constexpr std::size_t kTurnBytes = std::size_t{256} << 10;

}  // namespace

Connection::Connection(process::UniqueFd socket, std::unique_ptr<Stream> stream, Limits limits)
    : socket_(std::move(socket)),
      stream_(std::move(stream)),
      reader_(limits.text_max),
      backlog_max_(limits.backlog_max) {}

Connection::~Connection() {
  if (established_ && !ended_ && flushed()) stream_->finish();
}

Result<void> Connection::advance() {
  if (!established_) {
    Result<std::optional<Wait>> wait = stream_->handshake();
    if (!wait) {
      ended_ = true;
      return wait.error();
    }
    handshake_wait_ = *wait;
    if (handshake_wait_) return {};
    established_ = true;
  }
  if (Result<void> sent = flush(); !sent) return sent;
  return receive();
}

Result<void> Connection::flush() {
  write_wait_.reset();
  while (!flushed()) {
    const Result<Transfer> done =
        stream_->write(std::string_view(output_.front().bytes).substr(sent_));
    if (!done) {
      ended_ = true;
      return done.error();
    }
    sent_ += done->bytes;
    if (done->wait) {
      write_wait_ = done->wait;
      break;
    }
    if (sent_ < output_.front().bytes.size()) continue;
    backlog_ -= sent_;
    sent_ = 0;
    output_.pop_front();
  }
  return {};
}

Result<void> Connection::receive() {
  std::array<char, Stream::kReadSize> buffer;
  for (std::size_t total = 0; total < kTurnBytes;) {
    const Result<Transfer> done = stream_->read(buffer);
    if (!done) {
      ended_ = true;
      return done.error();
    }
    if (done->ended) {
      ended_ = true;
      return {Errc::kNotConnected, "the peer has closed the connection"};
    }
    if (done->wait) return {};
    total += done->bytes;
    reader_.add(std::string_view(buffer.data(), done->bytes));
    for (;;) {
      Result<std::optional<std::string>> message = reader_.next();
      if (!message) return message.error();
      if (!*message) break;
      messages_.push_back(std::move(**message));
    }
  }
  return {};
}

std::optional<std::string> Connection::next() {
  if (messages_.empty()) return std::nullopt;
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void Connection::drop_replaced(std::string_view replace_key) {
  // The first piece may have been sent in part, or be what an encrypted write has begun with.
  for (std::size_t i = 1; i < output_.size(); ++i) {
    if (output_[i].replace_key != replace_key) continue;
    backlog_ -= output_[i].bytes.size() + output_[i + 1].bytes.size();
    const auto header = output_.begin() + static_cast<std::ptrdiff_t>(i);
    output_.erase(header, header + 2);
    return;
  }
}

Result<void> Connection::send(std::string_view text, std::string_view replace_key) {
  if (ended_) return {Errc::kNotConnected, "the connection has ended"};
  Result<std::string> frame = make_frame(last_id_ + 1, text);
  if (!frame) return frame.error();
  if (!replace_key.empty()) drop_replaced(replace_key);
  // A peer that has read everything so far may be sent one message of any size.
  if (!flushed() && backlog_ + frame->size() > backlog_max_) {
    return {Errc::kBusy, "the peer does not read what it is sent"};
  }
  ++last_id_;
  backlog_ += frame->size();
  output_.push_back({frame->substr(0, kHeaderSize), std::string(replace_key)});
  frame->erase(0, kHeaderSize);
  output_.push_back({std::move(*frame)});
  return established_ ? flush() : Result<void>();
}

daemon::Readiness Connection::interest() const {
  if (!established_) {
    const bool writing = handshake_wait_ == Wait::kWritable;
    return {.readable = !writing, .writable = writing};
  }
  return {.readable = true, .writable = write_wait_ == Wait::kWritable};
}

}  // namespace systole::remote
