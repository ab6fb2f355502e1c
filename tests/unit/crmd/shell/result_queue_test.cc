#include "crmd/shell/result_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace systole::crmd {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class ResultQueueTest : public testing::Test {
 protected:
  void push(std::uint64_t receipt, std::string task, std::string type) {
    event::OperationFinished finished;
    finished.receipt = receipt;
    finished.result.operation.task = std::move(task);
    finished.result.operation.type = std::move(type);
    queue_.push(std::move(finished));
  }
  void tell(const std::string& type) {
    for (const auto& known : std::exchange(waiting_[type], {})) {
      AgentTraits traits;
      traits.reloads = true;
      known(traits);
    }
  }
  std::vector<std::uint64_t> receipts() const {
    std::vector<std::uint64_t> out;
    for (const auto& finished : out_) out.push_back(finished.receipt);
    return out;
  }

  daemon::EventLoop loop_;
  std::map<std::string, std::vector<AgentCatalogue::Known>> waiting_;
  std::vector<event::OperationFinished> out_;
  ResultQueue queue_{loop_,
                     [this](const ocf::AgentName& agent, AgentCatalogue::Known known) {
                       waiting_[agent.type].push_back(std::move(known));
                     },
                     [this](event::OperationFinished finished) { out_.push_back(finished); }};
};

TEST_F(ResultQueueTest, NoResultOvertakesOneWhoseAgentIsNotKnownYet) {
  push(1, "monitor", "Slow");
  push(2, "start", "Fast");
  push(3, "stop", "Slow");
  tell("Fast");
  EXPECT_THAT(receipts(), IsEmpty());
  tell("Slow");
  EXPECT_THAT(receipts(), ElementsAre(1, 2, 3));
  EXPECT_TRUE(out_[0].result.traits && out_[0].result.traits->reloads);
  EXPECT_FALSE(out_[2].result.traits);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(ResultQueueTest, SilentAgent_HoldsUpTheOthersForABoundedTime) {
  push(1, "monitor", "Silent");
  push(2, "stop", "Other");
  EXPECT_TRUE(loop_.run_until([&] { return out_.size() == 2; },
                              std::chrono::milliseconds(ResultQueue::kPatience) + seconds(5)));
  EXPECT_THAT(receipts(), ElementsAre(1, 2));
  EXPECT_FALSE(out_[0].result.traits);
  tell("Silent");
  EXPECT_EQ(out_.size(), 2u);
}

}  // namespace
}  // namespace systole::crmd
