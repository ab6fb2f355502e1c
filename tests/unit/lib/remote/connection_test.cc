#include "lib/remote/connection.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/remote/tls.h"

namespace systole::remote {
namespace {

enum class Kind { kPlain, kTls };

/// Two connections to each other in one thread, which neither may ever block.
class Pair : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    client_ = make(ends[0], Side::kClient, {});
    server_ = make(ends[1], Side::kServer, {.text_max = kServerTextMax, .backlog_max = 1 << 20});
  }

  static std::unique_ptr<Connection> make(int fd, Side side, Connection::Limits limits) {
    process::UniqueFd socket(fd);
    auto stream = GetParam() == Kind::kPlain ? make_plain_stream(fd)
                                             : Tls::create(side).value()->make_stream(fd).value();
    return std::make_unique<Connection>(std::move(socket), std::move(stream), limits);
  }

  /// Lets both go on until nothing is to be done at once.
  Result<void> settle() {
    for (int turn = 0; turn < 10000; ++turn) {
      bool ready = false;
      for (Connection* each : {client_.get(), server_.get()}) {
        if (each == nullptr) continue;
        const daemon::Readiness interest = each->interest();
        pollfd entry{.fd = each->fd(),
                     .events = static_cast<short>((interest.readable ? POLLIN : 0) |
                                                  (interest.writable ? POLLOUT : 0)),
                     .revents = 0};
        const bool begins = !each->established() && turn == 0;
        if (::poll(&entry, 1, 0) <= 0 && !begins) continue;
        ready = true;
        if (Result<void> done = each->advance(); !done) return done;
      }
      if (!ready) return {};
    }
    return {Errc::kTimeout, "no end"};
  }

  static constexpr std::size_t kServerTextMax = 300000;
  std::unique_ptr<Connection> client_;
  std::unique_ptr<Connection> server_;
};

TEST_P(Pair, CarriesMessagesBothWays) {
  ASSERT_TRUE(settle().ok());
  ASSERT_TRUE(client_->established());
  ASSERT_TRUE(client_->send("<one/>").ok());
  ASSERT_TRUE(client_->send("<two/>").ok());
  ASSERT_TRUE(settle().ok());
  EXPECT_EQ(server_->next(), "<one/>");
  EXPECT_EQ(server_->next(), "<two/>");
  EXPECT_EQ(server_->next(), std::nullopt);
  ASSERT_TRUE(server_->send("<answer/>").ok());
  ASSERT_TRUE(settle().ok());
  EXPECT_EQ(client_->next(), "<answer/>");
}

TEST_P(Pair, CarriesMoreThanTheSocketHolds) {
  ASSERT_TRUE(settle().ok());
  const std::string large(5 << 20, 'x');
  ASSERT_TRUE(server_->send(large).ok());
  EXPECT_FALSE(server_->flushed());
  ASSERT_TRUE(server_->send("<next/>").ok() || !server_->flushed());
  ASSERT_TRUE(settle().ok());
  EXPECT_TRUE(server_->flushed());
  EXPECT_EQ(client_->next(), large);
}

TEST_P(Pair, PeerThatDoesNotReadIsReported) {
  ASSERT_TRUE(settle().ok());
  const std::string large(600000, 'x');
  Result<void> sent;
  for (int i = 0; i < 100 && sent; ++i) sent = server_->send(large);
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, Errc::kBusy);
}

TEST_P(Pair, OfWaitingMessagesWithOneKeyTheNewestIsKept) {
  ASSERT_TRUE(settle().ok());
  // The socket takes some of the first, and none of what follows.
  ASSERT_TRUE(server_->send(std::string(900000, 'x')).ok());
  for (int number = 0; number < 1000; ++number) {
    ASSERT_TRUE(server_->send("<kept number=\"" + std::to_string(number) + "\"/>").ok());
    const std::string notice = std::to_string(number) + std::string(10000, ' ');
    ASSERT_TRUE(server_->send(notice, "notice").ok()) << number;
  }
  ASSERT_TRUE(settle().ok());
  ASSERT_EQ(client_->next()->size(), 900000U);
  std::vector<std::string> notices;
  int kept = 0;
  while (std::optional<std::string> message = client_->next()) {
    if (message->starts_with("<kept")) {
      ++kept;
    } else {
      notices.push_back(message->substr(0, message->find(' ')));
    }
  }
  EXPECT_EQ(kept, 1000);
  EXPECT_EQ(notices, std::vector<std::string>{"999"});
}

TEST_P(Pair, MessageOverTheLimitEndsTheConnection) {
  ASSERT_TRUE(settle().ok());
  ASSERT_TRUE(client_->send(std::string(kServerTextMax, 'x')).ok());
  const Result<void> ended = settle();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code, Errc::kTooLarge);
}

TEST_P(Pair, LimitCanBeRaised) {
  ASSERT_TRUE(settle().ok());
  server_->set_text_max(2 * kServerTextMax);
  ASSERT_TRUE(client_->send(std::string(kServerTextMax, 'x')).ok());
  ASSERT_TRUE(settle().ok());
  EXPECT_EQ(server_->next()->size(), kServerTextMax);
}

TEST_P(Pair, MessagesBeforeTheEndAreKept) {
  ASSERT_TRUE(settle().ok());
  ASSERT_TRUE(client_->send("<last/>").ok());
  client_.reset();
  const Result<void> ended = server_->advance();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code, Errc::kNotConnected);
  EXPECT_EQ(server_->next(), "<last/>");
}

INSTANTIATE_TEST_SUITE_P(RemoteConnection, Pair, testing::Values(Kind::kPlain, Kind::kTls));

TEST(RemoteConnectionTls, PeerThatSpeaksNoTlsIsRefused) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  process::UniqueFd peer(ends[0]);
  process::UniqueFd socket(ends[1]);
  auto stream = Tls::create(Side::kServer).value()->make_stream(socket.get()).value();
  Connection server(std::move(socket), std::move(stream), {});
  EXPECT_TRUE(server.advance().ok());
  EXPECT_FALSE(server.established());
  const std::string plain = make_frame(1, std::string(70000, 'x')).value();
  ASSERT_EQ(::send(peer.get(), plain.data(), plain.size(), 0), static_cast<ssize_t>(plain.size()));
  EXPECT_FALSE(server.advance().ok());
}

}  // namespace
}  // namespace systole::remote
