#include "lib/cib/upgrade/upgrade.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/schemas.h"
#include "lib/xml/write.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

const std::string kGrammars = std::string(SYSTOLE_BINARY_DIR) + "/schemas";

struct Sections {
  std::string options = "";
  std::string nodes = "";
  std::string resources = "";
  std::string constraints = "";
  std::string other = "";
};

class Upgrade : public testing::Test {
 protected:
  // The configuration that comes out. What goes in fits its schema, and so does what comes out.
  xml::Document rewritten(const Sections& in, std::string_view from, std::string_view to) {
    const std::string text =
        base::cat("<cib validate-with='", from,
                  "' epoch='1' num_updates='0' admin_epoch='0'><configuration><crm_config>",
                  in.options, "</crm_config><nodes>", in.nodes, "</nodes><resources>", in.resources,
                  "</resources><constraints>", in.constraints, "</constraints>", in.other,
                  "</configuration><status/></cib>");
    auto document = xml::Document::parse(text);
    EXPECT_TRUE(document.ok()) << text;
    expect_valid(*document);
    const auto result = rewrite(document->root(), to);
    EXPECT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(document->root().attribute("validate-with"), to);
    expect_valid(*document);
    return std::move(document).value();
  }
  std::string section(const Sections& in, std::string_view name,
                      std::string_view from = "pacemaker-2.10",
                      std::string_view to = "pacemaker-3.9") {
    const xml::Document document = rewritten(in, from, to);
    const xml::Element found = document.root().first_child("configuration").first_child(name);
    std::string out;
    for (const xml::Element child : found ? found.children() : document.root().children("none")) {
      out += xml::to_string(child);
    }
    return out;
  }
  std::string section_in_4(const Sections& in, std::string_view name) {
    return section(in, name, "pacemaker-3.9", "pacemaker-4.0");
  }

  void expect_valid(const xml::Document& document) {
    const auto violations = schemas_.validate(document);
    ASSERT_TRUE(violations.ok()) << violations.error().message;
    for (const xml::Violation& violation : *violations) {
      ADD_FAILURE() << violation.element << ": " << violation.message << "\n"
                    << document.indented();
    }
  }

  Schemas schemas_{kGrammars};
};

std::string options(std::string_view pairs) {
  return base::cat("<cluster_property_set id='o'>", pairs, "</cluster_property_set>");
}

std::string pair(std::string_view id, std::string_view name, std::string_view value) {
  return base::cat("<nvpair id=\"", id, "\" name=\"", name, "\" value=\"", value, "\"/>");
}

std::string fence_device(std::string_view id, std::string_view inside = "") {
  return base::cat("<primitive id=\"", id, "\" class=\"stonith\" type=\"x\">", inside,
                   "</primitive>");
}

TEST_F(Upgrade, OfOptions_GivesThemTheirNamesOfToday) {
  for (const auto& [old, current] : std::vector<std::pair<std::string, std::string>>{
           {"stonith_enabled", "stonith-enabled"},
           {"no_quorum_policy", "no-quorum-policy"},
           {"transition_idle_timeout", "cluster-delay"},
           {"symmetric-cluster", "symmetric-cluster"}}) {
    EXPECT_EQ(section({.options = options(pair("n", old, "1"))}, "crm_config"),
              base::cat("<cluster_property_set id=\"o\">", pair("n", current, "1"),
                        "</cluster_property_set>"));
  }
}

TEST_F(Upgrade, OfDefaults_MovesThemToTheDefaults) {
  const Sections in{.options = options(pair("a", "default-action-timeout", "5") +
                                       pair("b", "default_resource_stickiness", "7") +
                                       pair("c", "is-managed-default", "false"))};
  EXPECT_EQ(section(in, "crm_config"), "");
  EXPECT_EQ(section(in, "op_defaults"), "<meta_attributes id=\"_2TO3_-op-defaults\">" +
                                            pair("a", "timeout", "5") + "</meta_attributes>");
  EXPECT_EQ(section(in, "rsc_defaults"),
            "<meta_attributes id=\"_2TO3_-rsc-defaults\">" + pair("b", "resource-stickiness", "7") +
                pair("c", "is-managed", "false") + "</meta_attributes>");
}

TEST_F(Upgrade, OfDefaults_KeepsThoseThatAreThere) {
  const Sections in{.options = options(pair("b", "default-resource-stickiness", "7")),
                    .other = "<rsc_defaults><meta_attributes id=\"m\">" +
                             pair("r", "resource-stickiness", "1") +
                             "</meta_attributes></rsc_defaults>"};
  EXPECT_EQ(
      section(in, "rsc_defaults"),
      "<meta_attributes id=\"m\">" + pair("r", "resource-stickiness", "1") + "</meta_attributes>");
}

TEST_F(Upgrade, OfDefaultsWithARule_KeepsTheRule) {
  const Sections in{.options = base::cat(
                        "<cluster_property_set id='o' score='3'><rule id='r' score='1'>"
                        "<date_expression id='d' operation='lt' end='2030-01-01'/></rule>",
                        pair("b", "default-resource-stickiness", "7"), "</cluster_property_set>")};
  const std::string defaults = section(in, "rsc_defaults");
  EXPECT_NE(defaults.find("score=\"3\""), std::string::npos) << defaults;
  EXPECT_NE(defaults.find("end=\"2030-01-01\""), std::string::npos) << defaults;
}

TEST_F(Upgrade, OfFailureStickiness_KeepsOnlyThatOneFailureIsEnough) {
  const auto threshold = [&](std::string_view value) {
    return section({.options = options(pair("n", "default-resource-failure-stickiness", value))},
                   "rsc_defaults");
  };
  EXPECT_NE(threshold("-INFINITY").find(pair("n", "migration-threshold", "1")), std::string::npos);
  EXPECT_EQ(threshold("-100"), "");
}

TEST_F(Upgrade, OfOptionsThatAreNoMore_DropsThem) {
  for (const std::string_view name :
       {"expected-quorum-votes", "notification-agent", "default-migration-threshold"}) {
    EXPECT_EQ(section({.options = options(pair("n", name, "1"))}, "crm_config"), "") << name;
  }
  EXPECT_EQ(
      section({.options = options(pair("n", "cluster-infrastructure", "cman"))}, "crm_config"), "");
  EXPECT_NE(
      section({.options = options(pair("n", "cluster-infrastructure", "corosync"))}, "crm_config"),
      "");
}

TEST_F(Upgrade, OfNodes_CallsNormalOnesMembers) {
  EXPECT_EQ(section({.nodes = "<node id='1' uname='n' type='normal'/>"}, "nodes", "pacemaker-1.0"),
            "<node id=\"1\" uname=\"n\" type=\"member\"/>");
}

TEST_F(Upgrade, OfRequirements_MovesThemFromStartAndPromotionToTheResource) {
  const auto with = [&](std::string_view action) {
    return section(
        {.resources = fence_device("p", base::cat("<operations><op id='o' name='", action,
                                                  "' interval='0' requires='quorum'/>"
                                                  "</operations>"))},
        "resources");
  };
  const std::string moved = pair("_2TO3_o-meta-requires", "requires", "quorum");
  EXPECT_NE(with("start").find(moved), std::string::npos) << with("start");
  EXPECT_NE(with("promote").find(moved), std::string::npos);
  EXPECT_EQ(with("monitor").find("requires"), std::string::npos);
}

TEST_F(Upgrade, OfRequirements_KeepsThatOfTheResource) {
  const std::string out =
      section({.resources = fence_device(
                   "p", base::cat("<meta_attributes id='m'>", pair("z", "requires", "nothing"),
                                  "</meta_attributes><operations><op id='o' "
                                  "name='start' interval='0' requires='quorum'/>"
                                  "</operations>"))},
              "resources");
  EXPECT_NE(out.find(pair("z", "requires", "nothing")), std::string::npos);
  EXPECT_EQ(out.find("quorum"), std::string::npos);
}

TEST_F(Upgrade, OfOperations_TakesTheirOptionsOutOfTheParameters) {
  const std::string out =
      section({.resources =
                   fence_device("p", base::cat("<operations><op id='o' name='monitor' interval='1'>"
                                               "<instance_attributes id='i'>",
                                               pair("a", "timeout", "5"), pair("b", "depth", "1"),
                                               "</instance_attributes></op></operations>"))},
              "resources");
  EXPECT_NE(out.find("<meta_attributes id=\"_2TO3_o-meta\">" + pair("a", "timeout", "5") +
                     "</meta_attributes><instance_attributes id=\"i\">" + pair("b", "depth", "1") +
                     "</instance_attributes>"),
            std::string::npos)
      << out;
}

TEST_F(Upgrade, OfSharedParameters_GivesEachOperationItsOptions) {
  const xml::Document out =
      rewritten({.resources = fence_device("p",
                                           "<operations><op id='o' name='monitor' interval='1'>"
                                           "<instance_attributes id='i'>" +
                                               pair("a", "timeout", "5") +
                                               "</instance_attributes></op></operations>") +
                              fence_device("q",
                                           "<operations><op id='k' name='monitor' interval='1'>"
                                           "<instance_attributes id-ref='i'/></op></operations>")},
                "pacemaker-2.10", "pacemaker-3.9");
  EXPECT_EQ(xml::xpath(out.root(), "//op/meta_attributes/nvpair[@name='timeout']")->size(), 2u);
  EXPECT_TRUE(xml::xpath(out.root(), "//op/instance_attributes")->empty());
}

TEST_F(Upgrade, OfFenceDevices_SpellsTheirParametersAsToday) {
  const auto parameter = [&](std::string_view name, std::string_view value) {
    return section({.resources = fence_device(
                        "p", base::cat("<instance_attributes id='i'>", pair("n", name, value),
                                       "</instance_attributes>"))},
                   "resources");
  };
  EXPECT_NE(parameter("pcmk_off_cmd", "x").find(pair("n", "pcmk_off_action", "x")),
            std::string::npos);
  EXPECT_NE(parameter("pcmk_arg_map", "port:host").find(pair("n", "pcmk_host_argument", "host")),
            std::string::npos);
  EXPECT_EQ(parameter("pcmk_arg_map", "domain:x").find("nvpair"), std::string::npos);
}

TEST_F(Upgrade, OfIsolatedResources_StopsThem) {
  const std::string out =
      section({.resources = fence_device(
                   "p", "<meta_attributes id='m'>" + pair("a", "isolation", "1") +
                            pair("b", "target-role", "Started") + "</meta_attributes>")},
              "resources");
  EXPECT_NE(out.find(pair("a", "target-role", "Stopped")), std::string::npos) << out;
  EXPECT_EQ(out.find("Started"), std::string::npos);
}

TEST_F(Upgrade, OfAScoreFromAnAttribute_DropsIt) {
  EXPECT_EQ(
      section({.resources = fence_device("a") + fence_device("b"),
               .constraints = "<rsc_colocation id='c' rsc='a' with-rsc='b' score-attribute='x'/>"},
              "constraints"),
      "<rsc_colocation id=\"c\" rsc=\"a\" with-rsc=\"b\"/>");
}

TEST_F(Upgrade, OfPermissions_LetsAndRefusesTheSame) {
  const Sections in{.resources = fence_device("p", "<meta_attributes id='m'>" +
                                                       pair("n", "target-role", "Started") +
                                                       "</meta_attributes>") +
                                 fence_device("q"),
                    .other =
                        "<acls><acl_role id='r'><read id='r1' xpath='/cib'/></acl_role>"
                        "<acl_user id='reader'><role_ref id='r'/></acl_user>"
                        "<acl_user id='writer'><write id='w1' ref='p'/>"
                        "<deny id='w2' tag='nvpair' attribute='value'/></acl_user></acls>"};
  const xml::Document out = rewritten(in, "pacemaker-1.2", "pacemaker-3.9");
  const auto access = [&](std::string_view user, std::string_view tag, std::string_view id) {
    return Permissions::of({std::string(user)}, out.root()).at(xml::find(out.root(), tag, id));
  };
  EXPECT_EQ(access("reader", "nvpair", "n"), Access::kRead);
  EXPECT_EQ(access("writer", "primitive", "p"), Access::kWrite);
  EXPECT_EQ(access("writer", "nvpair", "n"), Access::kDeny);
  EXPECT_EQ(access("writer", "primitive", "q"), Access::kDeny);
}

TEST_F(Upgrade, Of3To4_SpellsPromotableClonesAsClones) {
  const std::string out =
      section_in_4({.resources = "<master id='m'>" + fence_device("p") + "</master>"}, "resources");
  EXPECT_TRUE(
      out.starts_with("<clone id=\"m\"><meta_attributes id=\"m-promotable\" "
                      "score=\"INFINITY\">"))
      << out;
  EXPECT_NE(out.find("name=\"promotable\" value=\"true\""), std::string::npos);
  EXPECT_NE(section_in_4({.resources = "<bundle id='b'><docker image='i' masters='1'/></bundle>"},
                         "resources")
                .find("promoted-max=\"1\""),
            std::string::npos);
}

TEST_F(Upgrade, Of3To4_CopiesWhatIsReferredTo) {
  const xml::Document out = rewritten(
      {.resources = fence_device("p", "<meta_attributes id='m'>" + pair("a", "priority", "1") +
                                          "</meta_attributes>") +
                    fence_device("q",
                                 "<meta_attributes id-ref='m'/><instance_attributes id='i'>"
                                 "<nvpair id-ref='a' name='level'/></instance_attributes>")},
      "pacemaker-3.9", "pacemaker-4.0");
  EXPECT_EQ(xml::xpath(out.root(), "//meta_attributes/nvpair[@name='priority']")->size(), 2u);
  EXPECT_EQ(xml::xpath(out.root(), "//nvpair[@name='level' and @value='1']")->size(), 1u);
  EXPECT_TRUE(xml::xpath(out.root(), "//*[@id-ref]")->empty());
}

TEST_F(Upgrade, Of3To4_CopiesASetWithTheResourcesItNames) {
  const xml::Document out =
      rewritten({.resources = fence_device("p") + fence_device("q"),
                 .constraints = "<rsc_colocation id='c'><resource_set id='s'><resource_ref id='p'/>"
                                "<resource_ref id='q'/></resource_set></rsc_colocation>"
                                "<rsc_order id='o'><resource_set id-ref='s'/></rsc_order>"},
                "pacemaker-3.9", "pacemaker-4.0");
  EXPECT_EQ(xml::xpath(out.root(), "//resource_ref[@id='p']")->size(), 2u);
  EXPECT_EQ(xml::xpath(out.root(), "//resource_set[@id]")->size(), 2u);
}

TEST(Rewriting, EndsWhateverReferencesAreThere) {
  std::string sets;
  for (int i = 0; i < 40; ++i) {
    sets += base::cat("<rule id='r", i, "'><rule id-ref='r", i + 1, "'/><rule id-ref='r", i + 1,
                      "'/><rule id-ref='r", i, "'/></rule>");
  }
  const auto document = xml::Document::parse(
      base::cat("<cib validate-with='pacemaker-3.9'><configuration><constraints><rsc_location "
                "id='l'>",
                sets, "</rsc_location></constraints></configuration></cib>"));
  ASSERT_TRUE(rewrite(document->root(), "pacemaker-4.0").ok());
  EXPECT_TRUE(xml::xpath(document->root(), "//*[@id-ref]")->empty());
}

TEST_F(Upgrade, Of3To4_BansResourcesFromPingNodes) {
  const Sections in{.nodes = "<node id='1' uname='n' type='ping'/>"};
  EXPECT_EQ(section_in_4(in, "nodes"), "<node id=\"1\" uname=\"n\" type=\"member\"/>");
  EXPECT_EQ(section_in_4(in, "constraints"),
            "<rsc_location id=\"ping-node-n\" rsc-pattern=\".*\" node=\"n\" score=\"-INFINITY\" "
            "resource-discovery=\"never\"/>");
}

TEST_F(Upgrade, Of3To4_MakesOneConstraintOfEachRule) {
  const auto rule = [](std::string_view id) {
    return base::cat("<rule id='", id, "' score='1'><expression id='", id,
                     "-e' attribute='x' operation='defined'/></rule>");
  };
  const xml::Document out =
      rewritten({.resources = fence_device("a"),
                 .constraints = base::cat("<rsc_location id='l' rsc='a'>", rule("r"), rule("s"),
                                          rule("t"), "</rsc_location>")},
                "pacemaker-3.9", "pacemaker-4.0");
  EXPECT_EQ(xml::xpath(out.root(), "//rsc_location[count(rule)=1 and @rsc='a']")->size(), 3u);
  EXPECT_EQ(xml::xpath(out.root(), "//rule")->size(), 3u);
}

TEST_F(Upgrade, Of3To4_PutsTheLifetimeIntoTheRule) {
  const xml::Document out = rewritten(
      {.resources = fence_device("a"),
       .constraints = "<rsc_location id='l' rsc='a' node='n' score='5'><lifetime><rule id='r' "
                      "score='1'><date_expression id='d' operation='lt' end='2030-01-01'/></rule>"
                      "</lifetime></rsc_location>"},
      "pacemaker-3.9", "pacemaker-4.0");
  EXPECT_EQ(xml::xpath(out.root(),
                       "//rsc_location/rule[@score='5' and @boolean-op='and']"
                       "/rule[@boolean-op='or']/rule/date_expression")
                ->size(),
            1u);
  EXPECT_EQ(
      xml::xpath(out.root(), "//rule//expression[@attribute='#uname' and @value='n']")->size(), 1u);
  EXPECT_TRUE(xml::xpath(out.root(), "//lifetime")->empty());
}

TEST_F(Upgrade, Of3To4_DropsWhatNobodyRunsAnyMore_AndWhatIsLeftEmpty) {
  const Sections in{.resources =
                        "<group id='g'><primitive id='u' class='upstart' type='x'/></group>"
                        "<template id='t' class='nagios' type='x'/><primitive id='v' template='t'/>"
                        "<bundle id='b'><rkt image='i'/></bundle>" +
                        fence_device("p"),
                    .constraints =
                        "<rsc_order id='o1' first='g' then='p'/><rsc_order id='o2'><resource_set "
                        "id='s'><resource_ref id='v'/></resource_set></rsc_order>"};
  EXPECT_EQ(section_in_4(in, "resources"), "<primitive id=\"p\" class=\"stonith\" type=\"x\"/>");
  EXPECT_EQ(section_in_4(in, "constraints"), "");
}

TEST_F(Upgrade, Of3To4_RenamesAndDropsOptions) {
  EXPECT_EQ(section_in_4(
                {.options = options(
                     pair("a", "crmd-transition-delay", "1") + pair("b", "remove-after-stop", "1") +
                     pair("c", "stonith-action", "poweroff") + "<nvpair id='d' name='x'/>")},
                "crm_config"),
            "<cluster_property_set id=\"o\">" + pair("a", "transition-delay", "1") +
                pair("c", "stonith-action", "off") + "</cluster_property_set>");
  EXPECT_EQ(section_in_4({.other = "<fencing-topology><fencing-level id='f' target='n' index='10' "
                                   "devices='d'/></fencing-topology>"},
                         "fencing-topology"),
            "");
}

TEST_F(Upgrade, From1To4_GoesThroughAllLanguages) {
  const xml::Document out =
      rewritten({.options = options(pair("n", "no_quorum_policy", "stop")),
                 .resources = "<master id='m'>" + fence_device("p") + "</master>",
                 .other = "<acls><acl_user id='u'><read id='r' xpath='/cib'/></acl_user></acls>"},
                "pacemaker-1.3", "pacemaker-4.0");
  EXPECT_TRUE(xml::find(out.root(), "clone", "m"));
  EXPECT_TRUE(xml::find(out.root(), "acl_target", "u"));
  EXPECT_EQ(xml::xpath(out.root(), "//nvpair[@name='no-quorum-policy']")->size(), 1u);
}

TEST(Rewriting, IsForOldLanguagesOnly) {
  const auto needed = [](std::string_view schema) {
    const auto document = xml::Document::parse(base::cat("<cib validate-with='", schema, "'/>"));
    return needs_rewriting(document->root());
  };
  for (const char* old : {"pacemaker-1.0", "pacemaker-1.3", "pacemaker-2.10"}) {
    EXPECT_TRUE(needed(old)) << old;
  }
  for (const char* other : {"pacemaker-3.0", "pacemaker-3.9", "pacemaker-4.0", "none", "bogus"}) {
    EXPECT_FALSE(needed(other)) << other;
  }
}

}  // namespace
}  // namespace systole::cib
