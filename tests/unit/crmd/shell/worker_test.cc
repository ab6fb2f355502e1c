#include "crmd/shell/worker.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace systole::crmd {
namespace {

TEST(Worker, DoesJobsInOrder_AndFinishesThemBeforeItEnds) {
  std::vector<int> done;
  std::promise<void> begin;
  {
    Worker worker;
    worker.submit([&] { begin.get_future().wait(); });
    for (int i = 0; i < 100; ++i) worker.submit([&done, i] { done.push_back(i); });
    EXPECT_TRUE(done.empty());
    begin.set_value();
  }
  ASSERT_EQ(done.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(Worker, JobMaySubmitAnother) {
  std::promise<void> done;
  Worker worker;
  worker.submit([&] { worker.submit([&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace systole::crmd
