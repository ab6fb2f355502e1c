#include "crmd/shell/agent_traits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AgentTraits traits_of(std::string_view inside) {
  const auto metadata = ocf::parse_metadata(std::string("<resource-agent name=\"x\">") +
                                            std::string(inside) + "</resource-agent>");
  EXPECT_TRUE(metadata.ok());
  return agent_traits(*metadata);
}

TEST(AgentTraits, ReloadAgent_RestartsForWhatIsNotReloadable) {
  const AgentTraits traits = traits_of(
      R"(<parameters><parameter name="a" reloadable="1"/><parameter name="b" unique="0"/>)"
      R"(<parameter name="c" private="1"/></parameters>)"
      R"(<actions><action name="reload-agent" timeout="20"/></actions>)");
  EXPECT_TRUE(traits.reloads);
  EXPECT_THAT(traits.restart, ElementsAre("b", "c"));
  EXPECT_THAT(traits.secrets, ElementsAre("c"));
  EXPECT_EQ(reload_action(traits), "reload-agent");
}

TEST(AgentTraits, OlderReload_RestartsForWhatIsUnique) {
  const AgentTraits traits =
      traits_of(R"(<parameters><parameter name="a" unique="1"/><parameter name="b"/></parameters>)"
                R"(<actions><action name="reload" timeout="20"/></actions>)");
  EXPECT_TRUE(traits.reloads);
  EXPECT_THAT(traits.restart, ElementsAre("a"));
  EXPECT_EQ(reload_action(traits), "reload");
}

TEST(AgentTraits, BothReloads_TheNewerIsCalled) {
  const AgentTraits traits =
      traits_of(R"(<version>1.1</version><actions><action name="reload" timeout="20"/>)"
                R"(<action name="reload-agent" timeout="20"/></actions>)");
  EXPECT_TRUE(traits.reloads);
  EXPECT_EQ(reload_action(traits), "reload-agent");
}

TEST(AgentTraits, ReloadOfOcf11_IsOfTheServicesFilesNotOfParameters) {
  const AgentTraits traits =
      traits_of(R"(<version>1.1</version><parameters><parameter name="a"/></parameters>)"
                R"(<actions><action name="reload" timeout="20"/></actions>)");
  EXPECT_FALSE(traits.reloads);
}

TEST(AgentTraits, WithoutReload) {
  const AgentTraits traits =
      traits_of("<actions><action name=\"start\" timeout=\"20\"/></actions>");
  EXPECT_FALSE(traits.reloads);
  EXPECT_THAT(traits.secrets, IsEmpty());
}

}  // namespace
}  // namespace systole::crmd
