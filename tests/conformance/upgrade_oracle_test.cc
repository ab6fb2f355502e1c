// Debian's cibadmin --upgrade, where it is installed, judges how old configurations are rewritten:
// what comes out has to say the same, whatever ids and order it has.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/upgrade.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"
#include "tests/conformance/debian_cibadmin.h"

namespace systole::conformance {
namespace {

struct Old {
  const char* schema;
  const char* options = "";
  const char* nodes = "";
  const char* resources = "";
  const char* constraints = "";
  const char* other = "";
};

#define PRIMITIVE(inside) "<primitive id='p' class='stonith' type='x'>" inside "</primitive>"
#define OPTION(name, value)                                                   \
  "<cluster_property_set id='o'><nvpair id='n' name='" name "' value='" value \
  "'/></cluster_property_set>"
#define OP(attributes, inside) \
  PRIMITIVE("<operations><op id='op' " attributes ">" inside "</op></operations>")

constexpr Old kOld[] = {
    {.schema = "pacemaker-1.0", .nodes = "<node id='1' uname='n' type='normal'/>"},
    {.schema = "pacemaker-1.2",
     .other = "<acls><acl_user id='u'><role_ref id='r'/></acl_user><acl_user id='v'>"
              "<read id='x' xpath='/cib'/></acl_user><acl_role id='r'>"
              "<write id='w' tag='x' attribute='y'/><deny id='d' ref='A'/></acl_role></acls>"},
    {.schema = "pacemaker-1.3",
     .other = "<acls><acl_role id='r'><write id='w' xpath='//x' attribute='y'/>"
              "<read id='k' tag='x' ref='A'/></acl_role></acls>"},
    {.schema = "pacemaker-2.10", .options = OPTION("dc_deadtime", "1")},
    {.schema = "pacemaker-2.10", .options = OPTION("cluster_recheck_interval", "1")},
    {.schema = "pacemaker-2.10", .options = OPTION("election_timeout", "1")},
    {.schema = "pacemaker-2.10", .options = OPTION("no_quorum_policy", "stop")},
    {.schema = "pacemaker-2.10", .options = OPTION("remove_after_stop", "true")},
    {.schema = "pacemaker-2.10", .options = OPTION("startup_fencing", "true")},
    {.schema = "pacemaker-2.10", .options = OPTION("stonith_action", "off")},
    {.schema = "pacemaker-2.3", .options = OPTION("stonith_enabled", "true")},
    {.schema = "pacemaker-1.0", .options = OPTION("stop_orphan_actions", "true")},
    {.schema = "pacemaker-2.10", .options = OPTION("stop_orphan_resources", "true")},
    {.schema = "pacemaker-2.10", .options = OPTION("symmetric_cluster", "true")},
    {.schema = "pacemaker-2.10", .options = OPTION("transition_idle_timeout", "60")},
    {.schema = "pacemaker-2.10", .options = OPTION("default-action-timeout", "5")},
    {.schema = "pacemaker-2.10", .options = OPTION("default_action_timeout", "5")},
    {.schema = "pacemaker-2.10", .options = OPTION("default-resource-stickiness", "5")},
    {.schema = "pacemaker-2.10", .options = OPTION("is_managed_default", "false")},
    {.schema = "pacemaker-2.10",
     .options = OPTION("default-resource-failure-stickiness", "-INFINITY")},
    {.schema = "pacemaker-2.10", .options = OPTION("default-resource-failure-stickiness", "-10")},
    {.schema = "pacemaker-2.10", .options = OPTION("default-migration-threshold", "1")},
    {.schema = "pacemaker-2.10", .options = OPTION("expected-quorum-votes", "3")},
    {.schema = "pacemaker-2.10", .options = OPTION("notification-agent", "/bin/true")},
    {.schema = "pacemaker-2.10", .options = OPTION("cluster-infrastructure", "cman")},
    {.schema = "pacemaker-2.10", .options = OPTION("cluster-infrastructure", "corosync")},
    {.schema = "pacemaker-2.10",
     .options = OPTION("default-resource-stickiness", "5"),
     .other = "<rsc_defaults><meta_attributes id='m'><nvpair id='k' name='resource-stickiness' "
              "value='1'/></meta_attributes></rsc_defaults>"},
    {.schema = "pacemaker-2.10",
     .resources = PRIMITIVE("<meta_attributes id='m'><nvpair id='k' name='isolation-host' "
                            "value='1'/></meta_attributes>")},
    {.schema = "pacemaker-2.10",
     .resources = PRIMITIVE("<instance_attributes id='m'><nvpair id='k' name='pcmk_off_cmd' "
                            "value='1'/><nvpair id='l' name='pcmk_arg_map' value='port:h'/>"
                            "</instance_attributes>")},
    {.schema = "pacemaker-2.10",
     .resources = PRIMITIVE("<instance_attributes id='m'><nvpair id='l' name='pcmk_arg_map' "
                            "value='domain:h'/></instance_attributes>")},
    {.schema = "pacemaker-2.10",
     .resources = OP("name='start' interval='0' requires='quorum'", "")},
    {.schema = "pacemaker-2.10",
     .resources = OP("name='monitor' interval='5' requires='quorum'", "")},
    {.schema = "pacemaker-2.10",
     .resources = OP("name='start' interval='0'",
                     "<meta_attributes id='m'><nvpair id='k' name='requires' value='quorum'/>"
                     "<nvpair id='l' name='other' value='1'/></meta_attributes>")},
    {.schema = "pacemaker-2.10",
     .resources = OP("name='monitor' interval='1'",
                     "<instance_attributes id='m'><nvpair id='k' name='timeout' value='1'/>"
                     "<nvpair id='l' name='other' value='1'/><nvpair id='j' name='role' "
                     "value='Started'/></instance_attributes>")},
    {.schema = "pacemaker-2.10",
     .resources = OP("name='monitor' interval='1'",
                     "<meta_attributes id='q'><nvpair id='x' name='x' value='1'/></meta_attributes>"
                     "<instance_attributes id='m'><nvpair id='k' name='on-fail' value='block'/>"
                     "</instance_attributes>")},
    {.schema = "pacemaker-2.10",
     .constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B' score-attribute='x'/>"},
    {.schema = "pacemaker-3.0",
     .resources = "<master id='m'><primitive id='p' class='lsb' type='x'/></master>"},
};

#undef PRIMITIVE
#undef OPTION
#undef OP

std::string text_of(const Old& old) {
  return base::cat("<cib validate-with='", old.schema,
                   "' epoch='1' num_updates='0' admin_epoch='0'><configuration><crm_config>",
                   old.options, "</crm_config><nodes>", old.nodes, "</nodes><resources>",
                   "<primitive id='A' class='lsb' type='x'/><primitive id='B' class='lsb' "
                   "type='x'/>",
                   old.resources, "</resources><constraints>", old.constraints, "</constraints>",
                   old.other, "</configuration><status/></cib>");
}

// What an element says: without ids of its own, and without regard to order.
std::string meaning(xml::Element element) {
  constexpr std::array<std::string_view, 4> kCounters = {"id", "epoch", "num_updates",
                                                         "admin_epoch"};
  std::vector<std::string> parts;
  for (const xml::Attribute attribute : element.attributes()) {
    if (std::find(kCounters.begin(), kCounters.end(), attribute.name) != kCounters.end()) continue;
    parts.push_back(base::cat("@", attribute.name, "=", attribute.value));
  }
  for (const xml::Element child : element.children()) parts.push_back(meaning(child));
  std::sort(parts.begin(), parts.end());
  std::string out = base::cat("(", element.name());
  for (const std::string& part : parts) out += base::cat(" ", part);
  return out + ")";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(UpgradeOracle, SaysTheSameOfOldConfigurations) {
  if (!debian_cibadmin_is_installed()) GTEST_SKIP() << "Debian's cibadmin is not installed";
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "upgrade_oracle_cib.xml";
  for (const Old& old : kOld) {
    const std::string text = text_of(old);
    std::ofstream(file) << text;
    ASSERT_EQ(debian_cibadmin(file, "--upgrade --force").code, 0) << text;
    const auto theirs = xml::Document::parse(read_file(file));
    auto ours = xml::Document::parse(text);
    ASSERT_TRUE(theirs.ok() && ours.ok());
    const auto rewritten = cib::rewrite(ours->root(), cib::kNewestSchema);
    ASSERT_TRUE(rewritten.ok()) << rewritten.error().message;
    EXPECT_EQ(meaning(ours->root()), meaning(theirs->root())) << text;
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace systole::conformance
