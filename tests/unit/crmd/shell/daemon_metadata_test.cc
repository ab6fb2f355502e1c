#include "crmd/shell/daemon_metadata.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

std::map<std::string, std::string> defaults(std::string_view program) {
  const DaemonDescription* daemon = find_daemon(program);
  EXPECT_NE(daemon, nullptr);
  const std::string text = render_metadata(*daemon);
  auto document = xml::Document::parse(text);
  EXPECT_TRUE(document.ok()) << document.error().message;
  std::map<std::string, std::string> out;
  for (const xml::Element parameter :
       document->root().first_child("parameters").children("parameter")) {
    const xml::Element content = parameter.first_child("content");
    out.emplace(parameter.attribute_or("name", ""), content.attribute_or("default", "(none)"));
  }
  return out;
}

TEST(DaemonMetadata, HasTheDefaultsThatToolsShow) {
  const auto controller = defaults("pacemaker-controld");
  EXPECT_EQ(controller.at("cluster-recheck-interval"), "15min");
  EXPECT_EQ(controller.at("cluster-name"), "(none)");
  const auto scheduler = defaults("pacemaker-schedulerd");
  EXPECT_EQ(scheduler.at("no-quorum-policy"), "stop");
  EXPECT_EQ(scheduler.at("node-health-red"), "-INFINITY");
  EXPECT_EQ(scheduler.at("pe-error-series-max"), "-1");
  EXPECT_EQ(defaults("pacemaker-based").at("cluster-ipc-limit"), "500");
}

TEST(DaemonMetadata, MarksExpertOptions) {
  const std::string text = render_metadata(*find_daemon("pacemaker-schedulerd"));
  EXPECT_NE(text.find("\"en\">*** Advanced Use Only *** Whether lost nodes are fenced<"),
            std::string::npos);
}

TEST(DaemonMetadata, StrangersHaveNone) {
  EXPECT_EQ(find_daemon("pacemaker-remoted"), nullptr);
}

}  // namespace
}  // namespace systole::crmd
