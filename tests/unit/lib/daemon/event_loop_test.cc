#include "lib/daemon/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

namespace systole::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Timer, FiresInOrderOfTheirDelay) {
  EventLoop loop;
  std::vector<int> fired;
  const Timer late = loop.call_after(milliseconds(30), [&] { fired.push_back(2); });
  const Timer early = loop.call_after(milliseconds(5), [&] { fired.push_back(1); });
  EXPECT_TRUE(loop.run_until([&] { return fired.size() == 2; }, milliseconds(2000)));
  EXPECT_THAT(fired, testing::ElementsAre(1, 2));
  EXPECT_FALSE(late.pending());
}

TEST(Timer, DoesNotFire_WhenCancelled) {
  EventLoop loop;
  bool fired = false;
  Timer cancelled = loop.call_after(milliseconds(5), [&] { fired = true; });
  {
    const Timer dropped = loop.call_after(milliseconds(5), [&] { fired = true; });
  }
  cancelled.cancel();
  EXPECT_FALSE(loop.run_until([&] { return fired; }, milliseconds(40)));
}

TEST(Timer, MayBeReplacedInsideItsOwnCall) {
  EventLoop loop;
  int calls = 0;
  Timer timer;
  std::function<void()> tick = [&] {
    if (++calls < 3) timer = loop.call_after(milliseconds(1), tick);
  };
  timer = loop.call_after(milliseconds(1), tick);
  EXPECT_TRUE(loop.run_until([&] { return calls == 3; }, milliseconds(2000)));
}

TEST(Timer, IsHarmless_WhenItOutlivesTheLoop) {
  Timer timer;
  {
    EventLoop loop;
    timer = loop.call_after(milliseconds(1), [] {});
  }
  timer.cancel();
}

TEST(Post, RunsInOrder_FromOtherThreads) {
  EventLoop loop;
  std::vector<int> seen;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop.post([&seen, i] { seen.push_back(i); });
  });
  EXPECT_TRUE(loop.run_until([&] { return seen.size() == 100; }, milliseconds(5000)));
  other.join();
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(Stop, EndsTheLoop_FromAnotherThread) {
  EventLoop loop;
  std::thread other([&] { loop.stop(); });
  loop.run();
  other.join();
}

TEST(Watch, ReportsDataAndHangUp) {
  EventLoop loop;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  bool readable = false;
  bool hang_up = false;
  auto watch = loop.watch(ends[0], {.readable = true}, [&](Readiness ready) {
    char byte = 0;
    if (ready.readable && read(ends[0], &byte, 1) == 1) readable = true;
    hang_up = ready.hang_up;
  });
  ASSERT_TRUE(watch.ok());
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_TRUE(loop.run_until([&] { return readable; }, milliseconds(2000)));
  close(ends[1]);
  EXPECT_TRUE(loop.run_until([&] { return hang_up; }, milliseconds(2000)));
  watch->cancel();
  close(ends[0]);
}

TEST(Watch, MayEndInsideItsOwnCallback) {
  EventLoop loop;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  int calls = 0;
  Watch watch;
  auto created = loop.watch(ends[0], {.readable = true}, [&](Readiness) {
    ++calls;
    watch.cancel();
  });
  watch = std::move(created).value();
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_FALSE(loop.run_until([&] { return calls > 1; }, milliseconds(30)));
  EXPECT_EQ(calls, 1);
  close(ends[0]);
  close(ends[1]);
}

TEST(Signal, IsDeliveredToTheLoop) {
  EventLoop loop;
  int got = 0;
  auto watch = loop.on_signal(SIGUSR1, [&] { ++got; });
  ASSERT_TRUE(watch.ok());
  kill(getpid(), SIGUSR1);
  EXPECT_TRUE(loop.run_until([&] { return got == 1; }, milliseconds(2000)));
}

TEST(ChildExit, ReportsStatusAndReaps) {
  EventLoop loop;
  const pid_t child = fork();
  if (child == 0) _exit(7);
  std::optional<int> status;
  auto watch = loop.on_child_exit(child, [&](int wait_status) { status = wait_status; });
  ASSERT_TRUE(watch.ok());
  ASSERT_TRUE(loop.run_until([&] { return status.has_value(); }, milliseconds(5000)));
  EXPECT_EQ(WEXITSTATUS(*status), 7);
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), -1);
}

TEST(Loop, SleepsWhileNothingHappens) {
  EventLoop loop;
  const Timer far = loop.call_after(std::chrono::hours(1), [] {});
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_THREAD, &before);
  loop.run_until([] { return false; }, milliseconds(300));
  getrusage(RUSAGE_THREAD, &after);
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, 5);
}

TEST(RunAgain, TimersThatExpiredWhenTheLoopWasStopped_FireAtOnce) {
  EventLoop loop;
  for (int round = 0; round < 20; ++round) {
    int fired = 0;
    bool stopped = false;
    // All expire in one turn of the loop, the first one stops it.
    const Timer first = loop.call_after(std::chrono::milliseconds(1), [&] { stopped = true; });
    std::vector<Timer> timers;
    for (int i = 0; i < 50; ++i) {
      timers.push_back(loop.call_after(std::chrono::milliseconds(1), [&] { ++fired; }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    loop.run_until([&] { return stopped; }, std::chrono::seconds(5));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(loop.run_until([&] { return fired == 50; }, std::chrono::seconds(5)));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  }
}

}  // namespace
}  // namespace systole::daemon
