#include "lib/ocf/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::ocf {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

EnvironmentRequest request() {
  return {.agent = {"ocf", "heartbeat", "IPaddr2"},
          .resource = "vip",
          .parameters = {{"ip", "10.0.0.1"}, {"CRM_meta_timeout", "20000"}}};
}

TEST(OcfEnvironment, HasTheVariablesOfTheStandard) {
  const auto environment = ocf_environment(request(), {});
  EXPECT_THAT(environment, Contains("OCF_ROOT=/usr/lib/ocf"));
  EXPECT_THAT(environment, Contains("OCF_RA_VERSION_MAJOR=1"));
  EXPECT_THAT(environment, Contains("OCF_RA_VERSION_MINOR=1"));
  EXPECT_THAT(environment, Contains("OCF_RESOURCE_INSTANCE=vip"));
  EXPECT_THAT(environment, Contains("OCF_RESOURCE_TYPE=IPaddr2"));
  EXPECT_THAT(environment, Contains("OCF_RESOURCE_PROVIDER=heartbeat"));
  EXPECT_THAT(environment, Contains("OCF_EXIT_REASON_PREFIX=ocf-exit-reason:"));
  EXPECT_THAT(environment, Contains("OCF_RESKEY_ip=10.0.0.1"));
  EXPECT_THAT(environment, Contains("OCF_RESKEY_CRM_meta_timeout=20000"));
}

TEST(OcfEnvironment, GivesTheCheckLevelUnderItsOwnName) {
  EnvironmentRequest deep = request();
  deep.parameters.emplace_back("OCF_CHECK_LEVEL", "10");
  EXPECT_THAT(ocf_environment(deep, {}), Contains("OCF_CHECK_LEVEL=10"));
  EXPECT_THAT(ocf_environment(deep, {}), Not(Contains(StartsWith("OCF_RESKEY_OCF_CHECK_LEVEL"))));
}

TEST(OcfEnvironment, KeepsTheDaemons_WithoutItsPrivateParts) {
  const auto environment = ocf_environment(
      request(), {"PATH=/bin", "NOTIFY_SOCKET=/run/x", "OCF_RESKEY_ip=1.2.3.4", "LC_ALL=C"});
  EXPECT_THAT(environment, Contains("PATH=/bin"));
  EXPECT_THAT(environment, Contains("LC_ALL=C"));
  EXPECT_THAT(environment, Not(Contains(StartsWith("NOTIFY_SOCKET"))));
  EXPECT_THAT(environment, Not(Contains("OCF_RESKEY_ip=1.2.3.4")));
}

TEST(OcfEnvironment, KeepsValuesAsTheyAre_AndLeavesImpossibleNamesOut) {
  EnvironmentRequest odd = request();
  odd.parameters = {{"options", "a=b c\nd"}, {"x=y", "1"}, {"", "2"}, {"empty", " "}};
  const auto environment = ocf_environment(odd, {});
  EXPECT_THAT(environment, Contains("OCF_RESKEY_options=a=b c\nd"));
  EXPECT_THAT(environment, Contains("OCF_RESKEY_empty= "));
  EXPECT_THAT(environment, Not(Contains(StartsWith("OCF_RESKEY_x"))));
  EXPECT_THAT(environment, Not(Contains("OCF_RESKEY_=2")));
}

TEST(PlainEnvironment, HasNoOcfVariables) {
  EXPECT_THAT(plain_environment({"A=1", "OCF_ROOT=/x", "LISTEN_FDS=3", "WATCHDOG_USEC=1"}),
              ElementsAre("A=1"));
}

}  // namespace
}  // namespace systole::ocf
