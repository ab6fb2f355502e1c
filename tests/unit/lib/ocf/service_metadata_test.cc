#include "lib/ocf/service_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/ocf/metadata.h"

namespace systole::ocf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::string_view kScript = R"(#!/bin/sh
### BEGIN INIT INFO
# Provides:          web www
# Required-Start:    $network & more
# Short-Description: Serves <pages>
# Description:       Serves pages
#                    to browsers.
# Default-Start:     2 3
### END INIT INFO
# Description: not this
)";

TEST(ServiceMetadata, AnInitScriptsHeaderIsTold) {
  const std::string text = init_script_metadata("web", kScript);
  const base::Result<Metadata> metadata = parse_metadata(text);
  ASSERT_TRUE(metadata) << text;
  EXPECT_EQ(metadata->name, "web");
  EXPECT_EQ(metadata->short_description, "Serves <pages>");
  EXPECT_THAT(text, HasSubstr("Serves pages\nto browsers.\n"));
  EXPECT_THAT(text, HasSubstr("<Required-Start>$network &amp; more</Required-Start>"));
  ASSERT_NE(metadata->action("monitor"), nullptr);
  EXPECT_EQ(metadata->action("monitor")->timeout, base::Milliseconds(15000));
}

TEST(ServiceMetadata, AScriptWithoutAHeaderHasItsName) {
  const base::Result<Metadata> metadata =
      parse_metadata(init_script_metadata("old", "#!/bin/sh\n"));
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->short_description, "old");
}

TEST(ServiceMetadata, AUnitHasItsDescription) {
  const std::string text =
      unit_metadata("web", "[Unit]\nDescription=Serves \"pages\"\nDescriptionX=no\n");
  const base::Result<Metadata> metadata = parse_metadata(text);
  ASSERT_TRUE(metadata) << text;
  EXPECT_THAT(metadata->long_description, HasSubstr("Serves \"pages\""));
  EXPECT_EQ(metadata->short_description, "systemd unit file for web");
}

class Services : public testing::Test {
 protected:
  Services() : folder_(testing::TempDir() + "services_test." + std::to_string(getpid())) {
    fs::create_directories(folder_ / "init.d");
    fs::create_directories(folder_ / "units");
    roots_.lsb = folder_ / "init.d";
    roots_.units = {folder_ / "units", folder_ / "nowhere"};
    std::ofstream(folder_ / "init.d" / "both") << kScript;
    std::ofstream(folder_ / "units" / "both.service") << "Description=the unit\n";
    std::ofstream(folder_ / "units" / "new.service") << "Description=only a unit\n";
    std::ofstream(folder_ / "units" / "many@.service") << "Description=a template\n";
    std::ofstream(folder_ / "units" / "x.timer") << "Description=no service\n";
  }
  ~Services() override { fs::remove_all(folder_); }

  fs::path folder_;
  AgentRoots roots_;
};

TEST_F(Services, AServiceIsItsInitScriptWhereThereIsOne) {
  EXPECT_THAT(*service_metadata({"service", "", "both"}, roots_), HasSubstr("browsers"));
  EXPECT_THAT(*service_metadata({"systemd", "", "both"}, roots_), HasSubstr("the unit"));
  EXPECT_THAT(*service_metadata({"service", "", "new"}, roots_), HasSubstr("only a unit"));
  EXPECT_THAT(*service_metadata({"systemd", "", "many@one"}, roots_), HasSubstr("a template"));
  EXPECT_FALSE(service_metadata({"systemd", "", "nosuch"}, roots_));
  EXPECT_FALSE(service_metadata({"lsb", "", "../units/new.service"}, roots_));
}

TEST_F(Services, TemplatesAreNotListed) {
  EXPECT_THAT(list_units(roots_), ElementsAre("both", "new"));
}

}  // namespace
}  // namespace systole::ocf
