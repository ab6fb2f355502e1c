#include "lib/cluster/fragments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/strings.h"

namespace systole::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kPiece = kFragmentHeaderSize + 14;
constexpr Ring kRing{.node = 1, .sequence = 4};
constexpr Ring kNextRing{.node = 1, .sequence = 8};
const Member kSelf{NodeNumber(1), 100};
const Member kOther{NodeNumber(2), 200};

FragmentSender sender_in(const Ring& ring) {
  FragmentSender sender(kPiece);
  sender.ring_changed(ring);
  return sender;
}

FragmentAssembler assembler_in(const Ring& ring) {
  FragmentAssembler assembler(1000);
  assembler.ring_changed(ring);
  return assembler;
}

std::vector<std::string> take_all(FragmentSender& sender) {
  std::vector<std::string> pieces;
  while (auto piece = sender.next()) {
    sender.sent(*piece);
    pieces.push_back(piece->bytes);
  }
  return pieces;
}

std::vector<std::string> add(FragmentAssembler& assembler, const std::string& piece,
                             const Member& sender = kSelf) {
  auto messages = assembler.add(sender, piece);
  EXPECT_TRUE(messages.ok()) << messages.error().message;
  return messages ? *messages : std::vector<std::string>();
}

TEST(Fragments, NothingIsSent_BeforeTheRingIsKnown) {
  FragmentSender sender(kPiece);
  sender.push("hello");
  EXPECT_FALSE(sender.next());
  sender.ring_changed(kRing);
  EXPECT_TRUE(sender.next());
}

TEST(Fragments, ShortMessagesTravelTogether) {
  FragmentSender sender = sender_in(kRing);
  for (const char* message : {"one", "", "two"}) sender.push(message);
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 2u);
  FragmentAssembler assembler = assembler_in(kRing);
  EXPECT_THAT(add(assembler, pieces[0]), ElementsAre("one", ""));
  EXPECT_THAT(add(assembler, pieces[1]), ElementsAre("two"));
  sender.delivered(pieces[0]);
  EXPECT_EQ(sender.waiting_bytes(), 3u);
}

TEST(Fragments, WhatComesWhileEnoughIsUnderWay_Waits) {
  FragmentSender sender = sender_in(kRing);
  std::vector<std::string> pieces;
  for (int i = 0; i < 100; ++i) {
    sender.push("a");
    for (std::string& piece : take_all(sender)) pieces.push_back(std::move(piece));
  }
  EXPECT_LT(pieces.size(), 20u);
  FragmentAssembler assembler = assembler_in(kRing);
  std::size_t got = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    sender.delivered(pieces[i]);
    got += add(assembler, pieces[i]).size();
    for (std::string& piece : take_all(sender)) pieces.push_back(std::move(piece));
  }
  EXPECT_EQ(got, 100u);
  EXPECT_EQ(sender.waiting_bytes(), 0u);
}

TEST(Fragments, LongMessageIsPutTogether_AndHoldsLaterOnesBack) {
  FragmentSender sender = sender_in(kRing);
  const std::string text = "0123456789abcdefghijKLMNOPQR";
  sender.push(text);
  sender.push("later");
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 3u);
  FragmentAssembler assembler = assembler_in(kRing);
  EXPECT_THAT(add(assembler, pieces[0]), IsEmpty());
  EXPECT_THAT(add(assembler, pieces[1]), IsEmpty());
  EXPECT_THAT(add(assembler, pieces[2]), ElementsAre(text));
  for (const std::string& piece : pieces) sender.delivered(piece);
  const auto rest = take_all(sender);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_THAT(add(assembler, rest[0]), ElementsAre("later"));
}

TEST(Fragments, PiecesOfSeveralSendersMayBeMixed) {
  FragmentSender one = sender_in(kRing);
  FragmentSender two = sender_in(kRing);
  one.push(std::string(20, '1'));
  two.push(std::string(20, '2'));
  const auto first = take_all(one);
  const auto second = take_all(two);
  FragmentAssembler assembler = assembler_in(kRing);
  EXPECT_THAT(add(assembler, first[0]), IsEmpty());
  EXPECT_THAT(add(assembler, second[0], kOther), IsEmpty());
  EXPECT_THAT(add(assembler, first[1]), ElementsAre(std::string(20, '1')));
  EXPECT_THAT(add(assembler, second[1], kOther), ElementsAre(std::string(20, '2')));
}

TEST(Fragments, PartialMessageIsForgotten_WhenItsSenderLeaves) {
  FragmentSender sender = sender_in(kRing);
  sender.push(std::string(20, 'x'));
  const auto pieces = take_all(sender);
  FragmentAssembler assembler = assembler_in(kRing);
  EXPECT_THAT(add(assembler, pieces[0], kOther), IsEmpty());
  assembler.view({.members = {kSelf}, .joined = {}, .left = {{kOther, LeaveReason::kNodeDown}}});
  EXPECT_THAT(add(assembler, pieces[1], kOther), IsEmpty());
}

TEST(Fragments, PieceOfAnEarlierRingIsDropped_AndSentAgain) {
  FragmentSender sender = sender_in(kRing);
  sender.push("one");
  sender.push(std::string(20, 'x'));
  const auto before = take_all(sender);
  FragmentAssembler assembler = assembler_in(kRing);
  assembler.ring_changed(kNextRing);
  sender.ring_changed(kNextRing);
  for (const std::string& piece : before) {
    sender.delivered(piece);
    EXPECT_THAT(add(assembler, piece), IsEmpty());
  }
  const auto again = take_all(sender);
  ASSERT_EQ(again.size(), before.size());
  EXPECT_THAT(add(assembler, again[0]), ElementsAre("one"));
  EXPECT_THAT(add(assembler, again[1]), IsEmpty());
  EXPECT_THAT(add(assembler, again[2]), ElementsAre(std::string(20, 'x')));
}

TEST(Fragments, MissedMessageIsNoticed) {
  FragmentSender sender = sender_in(kRing);
  for (int i = 0; i < 3; ++i) sender.push("message");
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 3u);
  FragmentAssembler assembler = assembler_in(kRing);
  EXPECT_THAT(add(assembler, pieces[0]), ElementsAre("message"));
  EXPECT_EQ(assembler.add(kSelf, pieces[2]).error().code, Errc::kNeedResync);
  EXPECT_EQ(assembler.add(kSelf, pieces[0]).error().code, Errc::kNeedResync);
  assembler.view({.members = {kSelf}, .joined = {kSelf}, .left = {}});
  EXPECT_THAT(add(assembler, pieces[2]), ElementsAre("message")) << "who joins anew starts anew";
}

TEST(Fragments, JunkIsAnError) {
  FragmentAssembler assembler(30);
  assembler.ring_changed(kRing);
  EXPECT_EQ(assembler.add(kSelf, "").error().code, Errc::kProtocol);
  EXPECT_EQ(assembler.add(kSelf, std::string(100, 'x')).error().code, Errc::kProtocol);
  EXPECT_EQ(assembler.add(kSelf, "SYS2" + std::string(28, '\0')).error().code, Errc::kProtocol);
  FragmentSender sender = sender_in(kRing);
  sender.push("short");
  std::string cut = take_all(sender).front();
  cut.pop_back();
  EXPECT_EQ(assembler.add(kSelf, cut).error().code, Errc::kProtocol);
}

TEST(Fragments, MessageOverTheLimitIsAnError) {
  FragmentAssembler assembler(24);
  assembler.ring_changed(kRing);
  FragmentSender sender = sender_in(kRing);
  sender.push(std::string(25, 'x'));
  const auto pieces = take_all(sender);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_TRUE(assembler.add(kSelf, pieces[0]).ok());
  EXPECT_TRUE(assembler.add(kSelf, pieces[1]).ok());
  EXPECT_EQ(assembler.add(kSelf, pieces[2]).error().code, Errc::kTooLarge);
}

using Indices = std::vector<std::size_t>;

bool holds(const Indices& indices, std::size_t index) {
  return std::find(indices.begin(), indices.end(), index) != indices.end();
}

/// One process on a node of its own.
struct Process {
  Member self;
  Indices together;  // the processes of its view; none before it joins
  FragmentSender sender{kPiece};
  FragmentAssembler assembler{100000};
  std::deque<std::string> queue;  // what its CPG has taken and not ordered yet
  std::optional<Indices> begun;   // who got the first packet of the front of the queue
  int pushed = 0;
  int view = 0;
  std::map<int, std::vector<std::string>> got;  // for each view
};

/// CPG under processes that join and nodes that part and meet: each partition has one order of
/// pieces, views and rings, and a piece that nodes meet in the middle of reaches only those who had
/// its beginning.
class Partitions {
 public:
  explicit Partitions(unsigned seed) : random_(seed), processes_(4) {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      processes_[i].self = {.node = NodeNumber(static_cast<std::uint32_t>(i + 1)), .pid = 1};
    }
    form({{0, 1, 2, 3}});
    join(0);
  }

  void run() {
    for (int step = 0; step < 3000; ++step) {
      const std::size_t index = random_() % processes_.size();
      Process& process = processes_[index];
      if (process.together.empty()) {
        if (step > 500) join(index);
        continue;
      }
      const auto choice = random_() % 100;
      if (choice < 30) {
        push(process);
      } else if (choice < 50) {
        hand_over(process);
      } else if (choice < 65) {
        if (!process.queue.empty() && !process.begun) process.begun = partition_of(index);
      } else if (choice < 97) {
        order(index);
      } else {
        form(random_() % 2 == 0 ? Layout{{0, 1, 2, 3}} : Layout{{0, 1}, {2, 3}});
      }
    }
    for (bool busy = true; busy;) {
      busy = false;
      for (std::size_t index = 0; index < processes_.size(); ++index) {
        hand_over(processes_[index]);
        busy = busy || !processes_[index].queue.empty();
        order(index);
      }
    }
  }

  const std::vector<Process>& processes() const { return processes_; }

 private:
  using Layout = std::vector<Indices>;

  void push(Process& process) {
    process.sender.push(base::cat(process.self.node.value(), "-", ++process.pushed, "-",
                                  std::string(random_() % 40, 'x')));
  }

  static void hand_over(Process& process) {
    while (auto piece = process.sender.next()) {
      process.sender.sent(*piece);
      process.queue.push_back(piece->bytes);
    }
  }

  void order(std::size_t index) {
    Process& process = processes_[index];
    if (process.queue.empty()) return;
    const std::string piece = std::move(process.queue.front());
    process.queue.pop_front();
    const Indices reached = std::exchange(process.begun, {}).value_or(partition_of(index));
    for (const std::size_t other : partition_of(index)) {
      Process& receiver = processes_[other];
      if (receiver.together.empty() || !holds(reached, other)) continue;
      if (other == index) process.sender.delivered(piece);
      const auto messages = receiver.assembler.add(process.self, piece);
      ASSERT_TRUE(messages.ok()) << messages.error().message;
      auto& got = receiver.got[receiver.view];
      got.insert(got.end(), messages->begin(), messages->end());
    }
  }

  /// A new ring in each partition of `layout`.
  void form(const Layout& layout) {
    layout_ = layout;
    sequence_ += 4;
    for (const Indices& partition : layout_) {
      Indices members;
      for (const std::size_t index : partition) {
        if (!processes_[index].together.empty()) members.push_back(index);
      }
      show(members);
      const Ring ring = {.node = static_cast<std::uint32_t>(partition.front()),
                         .sequence = sequence_};
      for (const std::size_t index : partition) {
        processes_[index].assembler.ring_changed(ring);
        processes_[index].sender.ring_changed(ring);
      }
    }
  }

  /// A process joins on a running node, without a new ring.
  void join(std::size_t index) {
    Indices members = {index};
    for (const std::size_t other : partition_of(index)) {
      if (!processes_[other].together.empty()) members.push_back(other);
    }
    show(members);
  }

  /// `members` have a new view, of themselves.
  void show(const Indices& members) {
    ++views_;
    for (const std::size_t index : members) {
      Process& process = processes_[index];
      process.view = views_;
      View view;
      for (std::size_t other = 0; other < processes_.size(); ++other) {
        const bool was_in = holds(process.together, other);
        const Member& member = processes_[other].self;
        if (holds(members, other)) view.members.push_back(member);
        if (holds(members, other) && !was_in) view.joined.push_back(member);
        if (!holds(members, other) && was_in) view.left.push_back({member, LeaveReason::kNodeDown});
      }
      process.assembler.view(view);
      if (!view.joined.empty()) process.sender.members_joined();
    }
    for (const std::size_t index : members) processes_[index].together = members;
  }

  const Indices& partition_of(std::size_t index) const {
    return *std::find_if(layout_.begin(), layout_.end(),
                         [&](const Indices& partition) { return holds(partition, index); });
  }

  std::mt19937 random_;
  std::vector<Process> processes_;
  Layout layout_;
  std::uint64_t sequence_ = 0;
  int views_ = 0;
};

TEST(Fragments, AllMembersOfAViewGetTheSameMessages_WhoeverJoinsOrMeetsWhen) {
  for (unsigned seed = 0; seed < 15; ++seed) {
    Partitions cluster(seed);
    cluster.run();
    for (const Process& one : cluster.processes()) {
      for (const Process& two : cluster.processes()) {
        for (const auto& [view, messages] : one.got) {
          const auto theirs = two.got.find(view);
          if (theirs != two.got.end()) {
            EXPECT_EQ(messages, theirs->second) << "seed " << seed;
          }
        }
      }
    }
  }
}

TEST(Fragments, EveryMessageComesBackOnceAndInOrder) {
  for (unsigned seed = 0; seed < 15; ++seed) {
    Partitions cluster(seed);
    cluster.run();
    for (const Process& process : cluster.processes()) {
      const std::string own = base::cat(process.self.node.value(), "-");
      int last = 0;
      for (const auto& [view, messages] : process.got) {
        for (const std::string& message : messages) {
          if (message.rfind(own, 0) != 0) continue;
          EXPECT_EQ(message.rfind(base::cat(own, ++last, "-"), 0), 0u) << "seed " << seed;
        }
      }
      EXPECT_EQ(last, process.pushed) << "seed " << seed;
      EXPECT_EQ(process.sender.waiting_bytes(), 0u);
    }
  }
}

}  // namespace
}  // namespace systole::cluster
