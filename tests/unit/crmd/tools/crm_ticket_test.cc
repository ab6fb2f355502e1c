#include "crmd/tools/crm_ticket/crm_ticket.h"

#include <ctime>

#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kTicketCib =
    R"(<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="5" num_updates="3" admin_epoch="0" have-quorum="1" dc-uuid="1">
  <configuration>
    <crm_config/>
    <nodes/>
    <resources>
      <primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>
      <primitive id="db" class="ocf" provider="pacemaker" type="Dummy"/>
    </resources>
    <constraints>
      <rsc_ticket id="c1" rsc="web" ticket="east" loss-policy="stop"/>
      <rsc_ticket id="c2" rsc="db" ticket="east" loss-policy="fence"/>
      <rsc_ticket id="c3" rsc="web" ticket="north"/>
    </constraints>
  </configuration>
  <status>
    <tickets>
      <ticket_state id="east" granted="true" last-granted="1604160000"/>
      <ticket_state id="west" granted="false" last-granted="1604160000" standby="true" owner="3" expires="1604170000"/>
    </tickets>
  </status>
</cib>
)";

class CrmTicketTest : public ToolTest {
 protected:
  CrmTicketTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    write(path_, kTicketCib);
  }
  ~CrmTicketTest() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  ToolResult run(std::vector<std::string> words) {
    return run_program(crm_ticket::kProgram, crm_ticket::run, std::move(words));
  }
  bool is_unchanged() const { return cib() == kTicketCib; }
};

TEST_F(CrmTicketTest, ListsNameEveryTicketWithAStateOrAConstraint) {
  EXPECT_EQ(run({"-l", "-t", "east"}).out,
            "east\tgranted           last-granted='Sat Oct 31 16:00:00 2020'\n");
  EXPECT_EQ(run({"-L", "-t", "west"}).out,
            "west\trevoked [standby] (granted=false, standby=true, last-granted='Sat Oct 31 "
            "16:00:00 2020', owner=3, expires='Sat Oct 31 18:46:40 2020')\n");
  EXPECT_EQ(run({"-l", "-t", "north"}).out, "north\trevoked          \n");
  const std::string all = run({"-w"}).out;
  for (const char* line : {"east\n", "west\n", "north\n"}) {
    EXPECT_NE(all.find(line), std::string::npos) << line;
  }
  const ToolResult absent = run({"-l", "-t", "south"});
  EXPECT_EQ(absent.code, 105);
  EXPECT_EQ(absent.err, "crm_ticket: No such ticket 'south'\n");
}

TEST_F(CrmTicketTest, TheXmlComesAfterTwoLines) {
  EXPECT_EQ(run({"-t", "east", "-q"}).out,
            "State XML:\n\n"
            "<ticket_state id=\"east\" granted=\"true\" last-granted=\"1604160000\"/>\n");
  EXPECT_EQ(run({"-q"}).out.substr(0, 22), "State XML:\n\n<tickets>\n");
  const ToolResult absent = run({"-q", "-t", "north"});
  EXPECT_EQ(absent.code, 105);
  EXPECT_EQ(absent.err, "crm_ticket: Could not query ticket XML: No such device or address\n");
}

TEST_F(CrmTicketTest, ConstraintsAreShownAlone_OrTogetherInOneElement) {
  EXPECT_EQ(run({"-c", "-t", "north"}).out,
            "Constraints XML:\n\n<rsc_ticket id=\"c3\" rsc=\"web\" ticket=\"north\"/>\n");
  EXPECT_EQ(run({"-c", "-t", "east"}).out.substr(0, 32), "Constraints XML:\n\n<xpath-query>\n");
  EXPECT_EQ(run({"-c", "-t", "west"}).code, 105);
}

TEST_F(CrmTicketTest, GrantingAndRevokingNeedForce) {
  const ToolResult grant = run({"-g", "-t", "west"});
  EXPECT_EQ(grant.code, 4);
  EXPECT_EQ(grant.err, "crm_ticket: Ticket modification not allowed\n");
  EXPECT_EQ(grant.out.substr(0, 54), "This command cannot help you verify whether 'west' has");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-r", "-t", "east"},
                                             {"-S", "granted", "-v", "no", "-t", "east"},
                                             {"-D", "granted", "-t", "east"},
                                             {"-C", "-t", "east"}}) {
    const ToolResult result = run(words);
    EXPECT_EQ(result.code, 4) << words.front();
    EXPECT_EQ(result.out.substr(0, 52), "Revoking 'east' can trigger the specified 'loss-poli");
  }
  EXPECT_TRUE(is_unchanged());
}

TEST_F(CrmTicketTest, AGrantIsDatedWhenItIsNew) {
  EXPECT_EQ(run({"-g", "-f", "-t", "east"}).code, 0);
  EXPECT_TRUE(is_unchanged());
  const long long before = std::time(nullptr);
  EXPECT_EQ(run({"-g", "-f", "-t", "west"}).code, 0);
  EXPECT_EQ(run({"-G", "granted", "-t", "west"}).out, "true\n");
  EXPECT_GE(std::stoll(run({"-G", "last-granted", "-t", "west"}).out), before);
  EXPECT_EQ(run({"-r", "-f", "-t", "east"}).code, 0);
  EXPECT_TRUE(cib_has("id=\"east\" granted=\"false\" last-granted=\"1604160000\"/>"));
}

TEST_F(CrmTicketTest, OneCommandIsOneChange) {
  EXPECT_EQ(run({"-t", "new", "-g", "--force", "-S", "owner", "-v-1", "-S", "expires", "-v7", "-S",
                 "last-granted", "-v5"})
                .code,
            0);
  for (const char* text : {"id=\"new\"", "granted=\"true\"", "owner=\"-1\"", "expires=\"7\"",
                           "last-granted=\"5\"", "num_updates=\"4\""}) {
    EXPECT_TRUE(cib_has(text)) << text;
  }
}

TEST_F(CrmTicketTest, AttributesAreDeletedAndSetTogether) {
  EXPECT_EQ(run({"-t", "west", "-D", "owner", "-D", "expires", "-S", "term", "-v", "9"}).code, 0);
  EXPECT_TRUE(
      cib_has("<ticket_state id=\"west\" granted=\"false\" last-granted=\"1604160000\" "
              "standby=\"true\" term=\"9\"/>"));
  EXPECT_TRUE(cib_has("num_updates=\"4\""));
  const std::string before = cib();
  EXPECT_EQ(run({"-t", "west", "-D", "absent"}).code, 0);
  EXPECT_EQ(run({"-t", "absent", "-D", "owner"}).code, 0);
  EXPECT_EQ(cib(), before);
}

TEST_F(CrmTicketTest, ATicketMayBeStandbyAndActive) {
  EXPECT_EQ(run({"-s", "-t", "east"}).code, 0);
  EXPECT_EQ(run({"-a", "-t", "west"}).code, 0);
  EXPECT_EQ(run({"-G", "standby", "-t", "east"}).out, "true\n");
  EXPECT_EQ(run({"-G", "standby", "-t", "west"}).out, "false\n");
}

TEST_F(CrmTicketTest, AnAttributeThatIsAbsentIsSilent) {
  const ToolResult absent = run({"-G", "owner", "-t", "east"});
  EXPECT_EQ(absent.code, 105);
  EXPECT_EQ(absent.out + absent.err, "");
  EXPECT_EQ(run({"-G", "owner", "-t", "east", "-d", "nobody"}).out, "nobody\n");
}

TEST_F(CrmTicketTest, CleanupForgetsTheState) {
  EXPECT_EQ(run({"-C", "-t", "west"}).out, "Cleaned up west\n");
  EXPECT_FALSE(cib_has("\"west\""));
  EXPECT_EQ(run({"-C", "-f", "-t", "east"}).out, "Cleaned up east\n");
  EXPECT_EQ(run({"-C", "-t", "south"}).code, 105);
  EXPECT_EQ(run({"-C", "-f", "-t", "south"}).code, 0);
  EXPECT_EQ(run({"-C", "-t", "north"}).code, 0);
}

TEST_F(CrmTicketTest, IdsDifferInCase) {
  EXPECT_EQ(run({"-s", "-t", "EAST"}).code, 0);
  EXPECT_EQ(run({"-C", "-t", "EAST"}).code, 0);
  EXPECT_FALSE(cib_has("\"EAST\""));
  EXPECT_TRUE(cib_has("<ticket_state id=\"east\""));
}

TEST_F(CrmTicketTest, WhatCannotBeDoneChangesNothing) {
  EXPECT_EQ(run({}).err, "crm_ticket: Must supply a command\n");
  EXPECT_EQ(run({"-v", "b", "-t", "east"}).code, 64);
  EXPECT_EQ(run({"-s"}).err, "crm_ticket: Must supply ticket ID with -t\n");
  EXPECT_EQ(run({"-G", "owner"}).code, 105);
  EXPECT_EQ(run({"-S", "a", "-t", "east"}).err, "crm_ticket: Must supply value with -v for -S a\n");
  EXPECT_EQ(run({"-S", "a", "-v", "b", "-v", "c", "-t", "east"}).err,
            "crm_ticket: Must supply attribute name with -S for -v c\n");
  EXPECT_EQ(run({"-S", "a b", "-v", "c", "-t", "east"}).code, 64);
  EXPECT_EQ(run({"-S", "id", "-v", "c", "-t", "east"}).code, 105);
  EXPECT_EQ(run({"-D", "id", "-t", "east"}).code, 105);
  EXPECT_EQ(run({"--output-as=xml", "-l"}).code, 64);
  EXPECT_TRUE(is_unchanged());
  ::setenv("CIB_file", "/nonexistent", 1);
  EXPECT_EQ(run({"-l"}).code, 105);
}

TEST_F(CrmTicketTest, TheLastQueryWins_AndQueriesWinOverChanges) {
  EXPECT_EQ(run({"-l", "-w", "-t", "east"}).out, "east\n");
  EXPECT_EQ(run({"-w", "-S", "a", "-v", "b", "-t", "east"}).out, "east\n");
  EXPECT_TRUE(is_unchanged());
}

TEST_F(CrmTicketTest, TicketsMayBeReadFromAnotherFile) {
  const std::filesystem::path other = folder_ / "other.xml";
  write(other, R"(<cib><status><tickets><ticket_state id="t" a="1"/></tickets></status></cib>)");
  EXPECT_EQ(run({"-x", other, "-G", "a", "-t", "t"}).out, "1\n");
  EXPECT_EQ(run({"-x", folder_ / "absent", "-l"}).code, 105);
}

}  // namespace
}  // namespace systole::crmd
