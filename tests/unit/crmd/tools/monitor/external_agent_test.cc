#include "crmd/tools/monitor/external_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crmd/tools/monitor/operation_news.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Op {
  std::string id;
  std::string operation;
  int call = 0;
  int rc = 0;
  int target = 0;
  int status = 0;
};

xml::Document cib_with(const std::vector<Op>& ops) {
  std::string text =
      "<cib><configuration/><status><node_state id='1' uname='alpha'><lrm id='1'><lrm_resources>"
      "<lrm_resource id='web'>";
  for (const Op& op : ops) {
    text += base::cat("<lrm_rsc_op id='", op.id, "' operation='", op.operation, "' call-id='",
                      op.call, "' rc-code='", op.rc, "' op-status='", op.status,
                      "' transition-key='3:9:", op.target, ":uuid' transition-magic='", op.status,
                      ":", op.rc, ";3:9:", op.target, ":uuid'/>");
  }
  text += "</lrm_resource></lrm_resources></lrm></node_state></status></cib>";
  return *xml::Document::parse(text);
}

std::vector<std::string> tasks(const std::vector<News>& all) {
  std::vector<std::string> texts;
  for (const News& news : all) texts.push_back(base::cat(news.task, " ", news.rc));
  return texts;
}

TEST(OperationNews, WhatWasThereAtFirstIsHistory) {
  OperationNews news;
  EXPECT_THAT(news.read(cib_with({{"web_last_0", "start", 5}}).root()), IsEmpty());
  EXPECT_THAT(news.read(cib_with({{"web_last_0", "start", 5}}).root()), IsEmpty());
  EXPECT_THAT(tasks(news.read(cib_with({{"web_last_0", "stop", 6}}).root())),
              ElementsAre("stop 0"));
}

TEST(OperationNews, AFailureThatIsAlsoTheLastOperationIsToldOnce) {
  OperationNews news;
  news.read(cib_with({}).root());
  EXPECT_THAT(
      tasks(news.read(
          cib_with({{"web_last_failure_0", "start", 6, 1}, {"web_last_0", "start", 6, 1}}).root())),
      ElementsAre("start 1"));
}

TEST(OperationNews, PendingOperationsAndProbesThatFoundNothingAreNone) {
  OperationNews news;
  news.read(cib_with({}).root());
  EXPECT_THAT(news.read(cib_with({{"web_last_0", "start", -1, 193, 0, -1}}).root()), IsEmpty());
  EXPECT_THAT(news.read(cib_with({{"web_last_0", "monitor", 7, 7, 7}}).root()), IsEmpty());
  const auto found = news.read(cib_with({{"web_last_0", "monitor", 8, 0, 7}}).root());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front(), (News{.node = "alpha",
                                 .resource = "web",
                                 .task = "monitor",
                                 .rc = 0,
                                 .target_rc = 7,
                                 .status = 0,
                                 .description = "ok"}));
}

TEST(ExternalAgentEnvironment, NamesWhatHappenedBesideWhatIsInherited) {
  const auto environment = agent_environment({.node = "alpha",
                                              .resource = "web",
                                              .task = "monitor",
                                              .rc = 7,
                                              .target_rc = 0,
                                              .status = 0,
                                              .description = "not running"},
                                             "ops@example.com", {"PATH=/bin"});
  EXPECT_THAT(
      environment,
      ElementsAre("PATH=/bin", "CRM_notify_recipient=ops@example.com", "CRM_notify_node=alpha",
                  "CRM_notify_rsc=web", "CRM_notify_task=monitor", "CRM_notify_desc=not running",
                  "CRM_notify_rc=7", "CRM_notify_target_rc=0", "CRM_notify_status=0"));
}

TEST(ExternalAgentEnvironment, AFencingHasNoResource) {
  const News news = fencing_news({.target = "beta",
                                  .action = "reboot",
                                  .origin = "alpha",
                                  .delegate = "gamma",
                                  .client = "stonith_admin.7",
                                  .state = 2,
                                  .result = {.status = 0, .code = 0}});
  const auto environment = agent_environment(news, "", {});
  EXPECT_THAT(environment, Contains("CRM_notify_node=beta"));
  EXPECT_THAT(environment, Contains("CRM_notify_desc=Operation reboot of beta by gamma for "
                                    "stonith_admin.7@alpha: OK"));
  EXPECT_THAT(environment, Not(Contains(StartsWith("CRM_notify_rsc"))));
}

}  // namespace
}  // namespace systole::crmd::monitor
