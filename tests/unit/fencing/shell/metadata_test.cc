#include "fencing/shell/metadata.h"

#include <gtest/gtest.h>

#include "lib/ocf/metadata.h"

namespace systole::fencing {
namespace {

TEST(Metadata, DescribesEveryParameterOfDevices) {
  const auto read = ocf::parse_metadata(device_parameters_metadata());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->name, "pacemaker-fenced");
  for (const char* name : {"pcmk_host_argument", "pcmk_host_map", "pcmk_host_list",
                           "pcmk_host_check", "pcmk_delay_max", "pcmk_delay_base",
                           "pcmk_action_limit", "pcmk_reboot_action", "pcmk_status_retries"}) {
    EXPECT_NE(read->parameter(name), nullptr) << name;
  }
  EXPECT_EQ(read->parameter("pcmk_off_timeout")->default_value, "60s");
  EXPECT_EQ(read->parameter("pcmk_list_retries")->default_value, "2");
  EXPECT_EQ(read->parameter("pcmk_on_action")->default_value, "on");
  EXPECT_EQ(read->parameters.size(), 25u);
}

}  // namespace
}  // namespace systole::fencing
