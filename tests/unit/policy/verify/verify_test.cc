#include "policy/verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "lib/base/strings.h"
#include "tests/unit/policy/tool_run.h"

namespace systole::policy::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSchema = "pacemaker-3.9";

std::string cib(std::string_view constraints, std::string_view schema = kSchema,
                std::string_view fencing = "false") {
  return base::cat(R"(<cib validate-with=")", schema,
                   R"(" have-quorum="1" epoch="1" num_updates="0" admin_epoch="0">
<configuration><crm_config><cluster_property_set id="o">
<nvpair id="f" name="stonith-enabled" value=")",
                   fencing, R"("/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes>
<resources><primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/></resources>
<constraints>)",
                   constraints,
                   R"(</constraints></configuration><status><node_state id="1" uname="n1"
in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>)");
}

ToolRun verify(std::vector<std::string> arguments) {
  setenv("PCMK_schema_directory", SYSTOLE_BINARY_DIR "/schemas", 1);
  return run_tool(kProgram, run, std::move(arguments));
}

TEST(CrmVerify, SaysNothingOfASoundConfiguration) {
  const ToolRun sound = verify({"-X", cib("")});
  EXPECT_EQ(sound.code, 0);
  EXPECT_EQ(sound.out + sound.err, "");
}

TEST(CrmVerify, NamesElementAndLine_WhereTheSchemaIsViolated) {
  const ToolRun invalid = verify({"-X", cib(R"(<rsc_loc id="x" rsc="a"/>)")});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.err, HasSubstr("Entity: line 6: element rsc_loc: Relax-NG validity error : "
                                     "Did not expect element rsc_loc there\n"));
  EXPECT_THAT(invalid.err, HasSubstr("crm_verify: Errors found during check: config not valid\n"
                                     "-V may provide more details\n"));
}

TEST(CrmVerify, NamesElementAndLine_OfReferencesToNothing) {
  const ToolRun invalid =
      verify({"-V", "-X", cib(R"(<rsc_order id="o" first="a" then="ghost"/>)")});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.err,
              HasSubstr("Entity: line 6: element rsc_order: validity error : IDREF attribute then "
                        "references an unknown ID \"ghost\"\n"));
  EXPECT_THAT(invalid.err, HasSubstr("\terror: CIB did not pass schema validation\n"));
  EXPECT_THAT(invalid.err, Not(HasSubstr("may provide more details")));
}

TEST(CrmVerify, NamesIdsThatAreUsedTwice) {
  const ToolRun invalid = verify({"-X", cib(R"(<rsc_order id="a" first="a" then="a"/>)")});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.err, HasSubstr("ID a redefined"));
}

TEST(CrmVerify, NamesTheLineOfASecondStatus) {
  std::string twice = cib("");
  twice.insert(twice.find("</cib>"), "\n<status/>");
  const ToolRun invalid = verify({"-X", twice});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.err, HasSubstr("Entity: line 8: element status: "));
}

TEST(CrmVerify, CallsLinesByTheFileTheyAreIn) {
  const std::string path = testing::TempDir() + "crm_verify_test.xml";
  std::ofstream(path) << cib(R"(<rsc_loc id="x" rsc="a"/>)");
  EXPECT_THAT(verify({"-x", path}).err, HasSubstr(path + ":6: element rsc_loc: "));
}

TEST(CrmVerify, SaysMoreTheOftenerItIsAsked) {
  const std::string faulty =
      cib(R"(<rsc_location id="l" rsc="ghost" node="n1" score="x"/>)", "none");
  EXPECT_THAT(verify({"-X", faulty}).err, Not(HasSubstr("Ignoring constraint")));
  const ToolRun errors = verify({"-V", "-X", faulty});
  EXPECT_EQ(errors.code, 78);
  EXPECT_THAT(errors.err, HasSubstr("\terror: Ignoring constraint 'l' because 'ghost' is not a "
                                    "valid resource or tag\n"));
  EXPECT_THAT(errors.err, Not(HasSubstr("\twarning: ")));
  EXPECT_THAT(verify({"-VV", "-X", faulty}).err,
              HasSubstr("\twarning: No template or tag named 'ghost'\n"));
  EXPECT_THAT(verify({"-VVV", "-X", cib("")}).err, HasSubstr("\tnotice: Actions: Start      a"));
}

TEST(CrmVerify, SaysThatValidationIsSwitchedOff) {
  const ToolRun unchecked = verify({"-X", cib("<nonsense/>", "none")});
  EXPECT_THAT(unchecked.err, HasSubstr("Schema validation of configuration is disabled"));
}

TEST(CrmVerify, AClusterThatMustFenceAndCannotIsInvalid) {
  const ToolRun invalid = verify({"-V", "-X", cib("", kSchema, "true")});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.err, HasSubstr("no STONITH resources have been defined"));
}

TEST(CrmVerify, WarnsOfNodesThatAreLost) {
  std::string lost = cib("", kSchema, "true");
  const auto replace = [&lost](std::string_view from, std::string_view to) {
    lost.replace(lost.find(from), from.size(), to);
  };
  replace("<primitive id=",
          R"(<primitive id="fence" class="stonith" type="fence_x"/><primitive id=)");
  replace(R"(in_ccm="true" crmd="online")", R"(in_ccm="false" crmd="online")");
  const ToolRun warned = verify({"-VV", "-X", lost});
  EXPECT_EQ(warned.code, 78);
  EXPECT_THAT(warned.err, HasSubstr("\twarning: n1 is unclean\n"));
  EXPECT_THAT(warned.err, HasSubstr("crm_verify: Warnings found during check: config may not be "
                                    "valid\n"));
}

TEST(CrmVerify, SaysNothingOfNodes_WhereThereIsNoStatus) {
  std::string text = cib("", kSchema, "true");
  const std::string fence = R"(<primitive id="device" class="stonith" type="fence_dummy"/>)";
  text.insert(text.find("<primitive"), fence);
  const std::size_t status = text.find("<status>");
  const std::size_t end = text.find("</status>") + std::string_view("</status>").size();
  const ToolRun empty =
      verify({"-VV", "-X", std::string(text).replace(status, end - status, "<status/>")});
  EXPECT_EQ(empty.code, 78);
  EXPECT_THAT(empty.err, HasSubstr("Scheduling node n1 for fencing"));
  EXPECT_THAT(empty.err, Not(HasSubstr("is unclean")));
  const ToolRun none = verify({"-VV", "-X", text.erase(status, end - status)});
  EXPECT_EQ(none.code, 0);
  EXPECT_EQ(none.err, "");
}

TEST(CrmVerify, RefusesWhatIsNoConfiguration) {
  EXPECT_EQ(verify({}).code, 1);
  EXPECT_EQ(verify({"-x", "/nonexistent/cib.xml"}).code, 1);
  EXPECT_EQ(verify({"-X", "<cib"}).code, 78);
  EXPECT_EQ(verify({"-X", "<foo/>"}).code, 76);
  EXPECT_EQ(verify({"-X", cib("", "pacemaker-99")}).code, 78);
}

TEST(CrmVerify, EndsXmlOutputWithTheStatus) {
  const ToolRun invalid = verify({"--output-as=xml", "-X", cib("<x/>")});
  EXPECT_EQ(invalid.code, 78);
  EXPECT_THAT(invalid.out, HasSubstr("<status code=\"78\" message=\"Invalid configuration\"/>"));
}

TEST(CrmVerify, SaysWhyItCouldNotReadOnStandardError_InXmlToo) {
  const ToolRun missing = verify({"--output-as=xml", "-x", "/nonexistent/cib.xml"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.out, HasSubstr("<status code=\"1\" message=\"Error occurred\"/>"));
  EXPECT_THAT(missing.err, HasSubstr("Couldn't parse input file: /nonexistent/cib.xml"));
}

TEST(CrmVerify, SavesWhatItVerified) {
  const std::string path = testing::TempDir() + "crm_verify_saved.xml";
  EXPECT_EQ(verify({"-X", cib(""), "-S", path}).code, 0);
  EXPECT_EQ(verify({"-x", path}).code, 0);
}

}  // namespace
}  // namespace systole::policy::verify
