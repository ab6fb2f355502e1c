#include "lib/process/processor.h"

#include <gtest/gtest.h>
#include <sched.h>

namespace systole::process {
namespace {

cpu_set_t allowed_processors() {
  cpu_set_t allowed;
  EXPECT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  return allowed;
}

TEST(Processor, IsLeft_AndMayBeUsedAgain) {
  const cpu_set_t before = allowed_processors();
  if (CPU_COUNT(&before) < 2) GTEST_SKIP() << "there is one processor";
  // The kernel may move a thread at any time, back as well: it would have to do so in each try.
  bool was_left = false;
  for (int i = 0; i < 100 && !was_left; ++i) {
    const int processor = current_processor();
    ASSERT_GE(processor, 0);
    leave_processor(processor);
    was_left = current_processor() != processor;
  }
  EXPECT_TRUE(was_left);
  const cpu_set_t after = allowed_processors();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(Processor, IsNotLeft_WhereItIsTheOnlyOne) {
  const cpu_set_t before = allowed_processors();
  const int processor = current_processor();
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(processor), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  leave_processor(processor);
  EXPECT_EQ(current_processor(), processor);
  const cpu_set_t after = allowed_processors();
  EXPECT_TRUE(CPU_EQUAL(&one, &after));
  EXPECT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

}  // namespace
}  // namespace systole::process
