#include "lib/cluster/fragments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace systole::cluster {
namespace {

constexpr std::size_t kPiece = kFragmentHeaderSize + 10;
const Member kSelf{NodeNumber(1), 100};
const Member kOther{NodeNumber(2), 200};

std::vector<std::string> take_all(FragmentSender& sender) {
  std::vector<std::string> pieces;
  while (auto piece = sender.next()) {
    pieces.push_back(*piece);
    sender.sent();
  }
  return pieces;
}

TEST(Fragments, ShortMessageIsOnePiece) {
  FragmentSender sender(kPiece);
  sender.push("hello");
  sender.push("");
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 2u);
  FragmentAssembler assembler(1000);
  EXPECT_EQ(assembler.add(kSelf, pieces[0])->value(), "hello");
  EXPECT_EQ(assembler.add(kSelf, pieces[1])->value(), "");
  EXPECT_EQ(sender.waiting_bytes(), 0u);
}

TEST(Fragments, LongMessageIsPutTogether_AndHoldsLaterOnesBack) {
  FragmentSender sender(kPiece);
  const std::string text = "0123456789abcdefghijKLM";
  sender.push(text);
  sender.push("later");
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 3u);
  FragmentAssembler assembler(1000);
  EXPECT_FALSE(assembler.add(kSelf, pieces[0])->has_value());
  EXPECT_FALSE(assembler.add(kSelf, pieces[1])->has_value());
  EXPECT_EQ(assembler.add(kSelf, pieces[2])->value(), text);
  for (const std::string& piece : pieces) sender.delivered(piece);
  const auto rest = take_all(sender);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(assembler.add(kSelf, rest[0])->value(), "later");
}

TEST(Fragments, PiecesOfSeveralSendersMayBeMixed) {
  FragmentSender one(kPiece);
  FragmentSender two(kPiece);
  one.push(std::string(20, '1'));
  two.push(std::string(20, '2'));
  const auto first = take_all(one);
  const auto second = take_all(two);
  FragmentAssembler assembler(1000);
  EXPECT_FALSE(assembler.add(kSelf, first[0])->has_value());
  EXPECT_FALSE(assembler.add(kOther, second[0])->has_value());
  EXPECT_EQ(assembler.add(kSelf, first[1])->value(), std::string(20, '1'));
  EXPECT_EQ(assembler.add(kOther, second[1])->value(), std::string(20, '2'));
}

TEST(Fragments, PartialMessageIsForgotten_WhenItsSenderLeaves) {
  FragmentSender sender(kPiece);
  sender.push(std::string(20, 'x'));
  const auto pieces = take_all(sender);
  FragmentAssembler assembler(1000);
  EXPECT_FALSE(assembler.add(kOther, pieces[0])->has_value());
  assembler.view({.members = {kSelf}, .joined = {}, .left = {{kOther, LeaveReason::kNodeDown}}});
  EXPECT_FALSE(assembler.add(kOther, pieces[1])->has_value());
}

TEST(Fragments, JunkIsAnError) {
  FragmentAssembler assembler(30);
  EXPECT_EQ(assembler.add(kSelf, "").error().code, Errc::kProtocol);
  EXPECT_EQ(assembler.add(kSelf, std::string(100, 'x')).error().code, Errc::kProtocol);
  EXPECT_EQ(assembler.add(kSelf, "SYST" + std::string(12, '\0')).error().code, Errc::kProtocol);
  FragmentSender sender(kPiece);
  sender.push(std::string(40, 'x'));
  const auto pieces = take_all(sender);
  EXPECT_TRUE(assembler.add(kSelf, pieces[0]).ok());
  EXPECT_TRUE(assembler.add(kSelf, pieces[1]).ok());
  EXPECT_TRUE(assembler.add(kSelf, pieces[2]).ok());
  EXPECT_EQ(assembler.add(kSelf, pieces[3]).error().code, Errc::kTooLarge);
}

// One totally ordered stream of pieces and joins, as CPG gives it to all members; pieces wait in it
// for a while between sending and delivery.
class Bus {
 public:
  explicit Bus(unsigned seed) : random_(seed) {}

  /// Runs until `messages` have been delivered everywhere, with joins now and then.
  void run(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) sender_.push(message);
    receivers_.emplace_back();
    for (int step = 0; step < 100000; ++step) {
      const auto choice = random_() % 10;
      if (choice < 5) {
        if (auto piece = sender_.next()) {
          in_flight_.push_back(*piece);
          sender_.sent();
        }
      } else if (choice < 9) {
        deliver();
      } else if (receivers_.size() < 12 && random_() % 4 == 0) {
        join();
      }
    }
    while (!in_flight_.empty() || sender_.next()) {
      if (auto piece = sender_.next()) {
        in_flight_.push_back(*piece);
        sender_.sent();
      }
      deliver();
    }
  }

  struct Receiver {
    FragmentAssembler assembler{100000};
    std::vector<std::string> got;
    std::size_t founder_had = 0;  // what the first receiver had got when this one joined
  };
  std::vector<Receiver> receivers_;

 private:
  void deliver() {
    if (in_flight_.empty()) return;
    const std::string piece = in_flight_.front();
    in_flight_.pop_front();
    sender_.delivered(piece);
    for (Receiver& receiver : receivers_) {
      const auto message = receiver.assembler.add(kSelf, piece);
      ASSERT_TRUE(message.ok());
      if (message->has_value()) receiver.got.push_back(**message);
    }
  }

  void join() {
    const View view{.members = {kSelf, kOther}, .joined = {kOther}, .left = {}};
    sender_.members_joined();
    for (Receiver& receiver : receivers_) receiver.assembler.view(view);
    receivers_.emplace_back();
    receivers_.back().founder_had = receivers_.front().got.size();
  }

  std::mt19937 random_;
  FragmentSender sender_{kPiece};
  std::deque<std::string> in_flight_;
};

TEST(Fragments, AllMembersOfAViewGetTheSameMessages_WhoeverJoinsWhen) {
  std::vector<std::string> messages;
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    messages.push_back(std::string(random() % 200, static_cast<char>('a' + i % 26)));
  }
  for (unsigned seed = 0; seed < 30; ++seed) {
    Bus bus(seed);
    bus.run(messages);
    EXPECT_EQ(bus.receivers_.front().got, messages) << "seed " << seed;
    for (const auto& receiver : bus.receivers_) {
      const std::vector<std::string> expected(
          messages.begin() + static_cast<std::ptrdiff_t>(receiver.founder_had), messages.end());
      EXPECT_EQ(receiver.got, expected) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace systole::cluster
