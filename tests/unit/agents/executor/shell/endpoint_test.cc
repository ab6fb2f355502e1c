#include "agents/executor/shell/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <memory>

#include "lib/ipc/client.h"
#include "lib/xml/document.h"
#include "tests/unit/agents/executor/shell/forked_executor.h"

namespace systole::executor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kRegister =
    R"(<lrmd_command t="lrmd" lrmd_op="register" lrmd_clientname="crmd" lrmd_protocol_version="1.1"/>)";

/// A client as Debian 12 has it: it waits for each response.
class EndpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    executor_.add_agent("Does", "exit ${OCF_RESKEY_exit:-0}\n");
    executor_.start();
    client_ = connect();
  }

  std::unique_ptr<ipc::Client> connect() {
    auto client = ipc::Client::connect(executor_.endpoint);
    EXPECT_TRUE(client.ok());
    return client ? std::move(*client) : nullptr;
  }

  std::string ask(const std::string& request) {
    const base::Result<std::string> reply = client_->request(request, 5s);
    EXPECT_TRUE(reply.ok()) << (reply ? "" : reply.error().message);
    return reply.value_or("");
  }
  int rc_of(const std::string& reply) { return std::stoi(value(reply, "lrmd_rc")); }

  static std::string value(const std::string& text, const std::string& attribute) {
    const auto document = xml::Document::parse(text);
    return document ? std::string(document->root().attribute_or(attribute, "0")) : "0";
  }

  static std::string command(const std::string& op, const std::string& resource,
                             const std::string& options = "0") {
    return "<lrmd_command t=\"lrmd\" lrmd_op=\"" + op + "\" lrmd_timeout=\"0\" lrmd_callopt=\"" +
           options + "\"><lrmd_calldata>" + resource + "</lrmd_calldata></lrmd_command>";
  }
  std::string add_resource() {
    return ask(command("lrmd_rsc_register",
                       R"(<lrmd_rsc lrmd_rsc_id="d1" lrmd_class="ocf" lrmd_provider="test" )"
                       R"(lrmd_type="Does"/>)"));
  }
  std::string next_event() {
    const auto event = client_->next_event(5s);
    EXPECT_TRUE(event.ok() && event->has_value());
    return event && *event ? **event : "";
  }

  ForkedExecutor executor_;
  std::unique_ptr<ipc::Client> client_;
};

TEST_F(EndpointTest, AnswersARegistration) {
  const std::string reply = ask(kRegister);
  EXPECT_THAT(reply, StartsWith("<lrmd_reply "));
  EXPECT_EQ(rc_of(reply), 0);
  EXPECT_EQ(value(reply, "lrmd_op"), "register");
  EXPECT_EQ(value(reply, "lrmd_protocol_version"), "1.1");
  EXPECT_EQ(value(reply, "lrmd_clientid").size(), 36u);
}

TEST_F(EndpointTest, RefusesOldAndProxyClients) {
  EXPECT_EQ(rc_of(ask(R"(<lrmd_command lrmd_op="register" lrmd_protocol_version="0.9"/>)")),
            -EPROTO);
  EXPECT_EQ(rc_of(ask(R"(<lrmd_command lrmd_op="register" lrmd_protocol_version="1.1" )"
                      R"(lrmd_is_ipc_provider="true"/>)")),
            -EPROTONOSUPPORT);
}

TEST_F(EndpointTest, TellsTheLifeOfAnOperation) {
  ask(kRegister);
  EXPECT_EQ(rc_of(add_resource()), 0);
  EXPECT_THAT(next_event(), HasSubstr("lrmd_op=\"lrmd_rsc_register\" lrmd_rsc_id=\"d1\""));
  const std::string info = ask(command("lrmd_rsc_info", R"(<lrmd_rsc lrmd_rsc_id="d1"/>)"));
  EXPECT_EQ(value(info, "lrmd_provider"), "test");
  EXPECT_EQ(value(info, "lrmd_type"), "Does");
  const int call = rc_of(ask(
      command("lrmd_rsc_exec",
              R"(<lrmd_rsc lrmd_rsc_id="d1" lrmd_rsc_action="monitor" lrmd_rsc_userdata_str="k" )"
              R"(lrmd_rsc_interval="10000" lrmd_timeout="20000" lrmd_rsc_start_delay="0">)"
              R"(<attributes exit="7"><param name="9x" value="v"/></attributes></lrmd_rsc>)",
              "4")));
  EXPECT_GT(call, 0);
  const std::string event = next_event();
  EXPECT_EQ(value(event, "lrmd_op"), "lrmd_rsc_exec");
  EXPECT_EQ(value(event, "lrmd_callid"), std::to_string(call));
  EXPECT_EQ(value(event, "lrmd_exec_rc"), "7");
  EXPECT_EQ(value(event, "lrmd_exec_op_status"), "0");
  EXPECT_EQ(value(event, "lrmd_rsc_userdata_str"), "k");
  EXPECT_EQ(value(event, "lrmd_rsc_interval"), "10000");
  EXPECT_THAT(event, HasSubstr("<attributes exit=\"7\"><param name=\"9x\" value=\"v\"/>"));
  EXPECT_EQ(value(event, "systole_result"), "0") << "nothing that this client does not know";
  EXPECT_THAT(ask(command("lrmd_get_recurring", "")),
              HasSubstr("<lrmd_rsc lrmd_rsc_id=\"d1\"><lrmd_rsc_op lrmd_rsc_action=\"monitor\" "
                        "lrmd_rsc_interval=\"10000\" lrmd_timeout=\"20000\"/></lrmd_rsc>"));
  const std::string monitor =
      R"(<lrmd_rsc lrmd_rsc_id="d1" lrmd_rsc_action="monitor" lrmd_rsc_interval="10000"/>)";
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_cancel", monitor))), 0);
  EXPECT_EQ(value(next_event(), "lrmd_exec_op_status"), "1");
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_cancel", monitor))), -EOPNOTSUPP);
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_unregister", R"(<lrmd_rsc lrmd_rsc_id="d1"/>)"))), 0);
  EXPECT_EQ(value(next_event(), "lrmd_op"), "lrmd_rsc_unregister");
}

TEST_F(EndpointTest, TellsUnknownThingsApart) {
  ask(kRegister);
  const std::string nobody = R"(<lrmd_rsc lrmd_rsc_id="x" lrmd_rsc_action="start"/>)";
  for (const char* op :
       {"lrmd_rsc_exec", "lrmd_rsc_cancel", "lrmd_rsc_unregister", "lrmd_rsc_info"}) {
    EXPECT_EQ(rc_of(ask(command(op, nobody))), -ENODEV) << op;
  }
  EXPECT_EQ(rc_of(ask(command("lrmd_get_recurring", nobody))), -ENODEV);
  EXPECT_EQ(rc_of(ask(command("something", ""))), -EOPNOTSUPP);
  EXPECT_EQ(rc_of(ask(command("ipc_fwd", ""))), -EPROTONOSUPPORT);
}

TEST_F(EndpointTest, RefusesNonsense_WithoutHarm) {
  ask(kRegister);
  EXPECT_EQ(rc_of(ask("no xml at all")), -EPROTO);
  EXPECT_EQ(rc_of(ask("<a/>")), -EOPNOTSUPP);
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_exec", ""))), -EINVAL);
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_register", R"(<lrmd_rsc lrmd_rsc_id="d1"/>)"))), -EINVAL);
  EXPECT_EQ(rc_of(ask(command("lrmd_alert_exec", ""))), -EINVAL);
  add_resource();
  EXPECT_EQ(
      rc_of(ask(command("lrmd_rsc_exec", R"(<lrmd_rsc lrmd_rsc_id="d1" lrmd_rsc_action="start" )"
                                         R"(lrmd_timeout="soon"/>)"))),
      -EINVAL);
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_poke", ""))), 0);
}

TEST_F(EndpointTest, TellsRegisteredClientsOfNewOnes) {
  ask(kRegister);
  const auto other = connect();
  EXPECT_EQ(value(next_event(), "lrmd_op"), "lrmd_rsc_new_client");
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_poke", ""))), 0);
  EXPECT_EQ(value(next_event(), "lrmd_op"), "lrmd_rsc_poke");
}

TEST_F(EndpointTest, RunsAlerts) {
  executor_.add_agent(
      "alert",
      "echo \"$CRM_alert_kind $1 $CRM_alert_node_sequence $CRM_notify_node_sequence "
      "$HOME\" > \"$CRM_alert_file\"\n");
  ask(kRegister);
  const std::string file = executor_.folder / "alerted";
  std::ofstream(file).close();
  std::filesystem::permissions(file, std::filesystem::perms::all);
  std::filesystem::permissions(executor_.folder / "ocf/resource.d/test/alert",
                               std::filesystem::perms::all);
  const std::string alert = executor_.folder / "ocf/resource.d/test/alert";
  EXPECT_EQ(
      rc_of(ask(command("lrmd_alert_exec",
                        "<lrmd_alert lrmd_alert_id=\"a\" lrmd_alert_path=\"" + alert +
                            "\" lrmd_timeout=\"5000\"><attributes CRM_alert_kind=\"node\" "
                            "CRM_alert_node_sequence=\"9\" HOME=\"/there\" CRM_alert_file=\"" +
                            file + "\"/></lrmd_alert>"))),
      0);
  for (int i = 0; i < 200 && executor_.content("alerted").empty(); ++i) usleep(10000);
  EXPECT_EQ(executor_.content("alerted"), "node  1 1 /there\n");
}

TEST_F(EndpointTest, GoesOn_WhenAClientDiesInTheMiddle) {
  ask(kRegister);
  add_resource();
  {
    const auto other = connect();
    ASSERT_TRUE(other->request(kRegister, 5s).ok());
    ASSERT_TRUE(other
                    ->request(command("lrmd_rsc_exec",
                                      R"(<lrmd_rsc lrmd_rsc_id="d1" lrmd_rsc_action="start"/>)"),
                              5s)
                    .ok());
  }
  EXPECT_EQ(rc_of(ask(command("lrmd_rsc_poke", ""))), 0);
}

}  // namespace
}  // namespace systole::executor
