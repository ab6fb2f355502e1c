#include "crmd/shell/cib_protocol.h"

#include <gtest/gtest.h>

#include <random>

#include "lib/cib/patchset.h"
#include "lib/xml/document.h"
#include "lib/xml/xpath.h"

namespace systole::crmd {
namespace {

TEST(CibDecoding, ReadsRegistration) {
  const auto message = decode_cib_message(
      R"(<cib_command t="cib" cib_op="register" cib_clientname="crm_mon" cib_callopt="4096"/>)");
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(std::get<CibRegistration>(*message).client_name, "crm_mon");
}

TEST(CibDecoding, ReadsSubscription) {
  const auto on = decode_cib_message(
      R"(<cib-callback cib_op="cib_notify" cib_notify_type="cib_diff_notify" cib_notify_activate="1"/>)");
  ASSERT_TRUE(on.ok());
  EXPECT_EQ(std::get<CibSubscription>(*on).notice, CibNotice::kDiff);
  EXPECT_TRUE(std::get<CibSubscription>(*on).active);
  const auto unknown = decode_cib_message(
      R"(<cib-callback cib_op="cib_notify" cib_notify_type="weather" cib_notify_activate="0"/>)");
  EXPECT_FALSE(std::get<CibSubscription>(*unknown).notice.has_value());
  EXPECT_FALSE(std::get<CibSubscription>(*unknown).active);
}

TEST(CibDecoding, ReadsOperation_WithFirstInputElementOnly) {
  const auto message = decode_cib_message(
      R"(<cib_command t="cib" cib_op="cib_modify" cib_section="status" cib_callid="7" cib_user="bob")"
      R"( cib_callopt="1052672"><cib_calldata><a b="&lt;"/><c/></cib_calldata></cib_command>)");
  ASSERT_TRUE(message.ok());
  const auto& operation = std::get<CibOperation>(*message);
  EXPECT_EQ(operation.request.operation, "cib_modify");
  EXPECT_EQ(operation.request.section, "status");
  EXPECT_EQ(operation.request.options, 0x101000u);
  EXPECT_EQ(operation.request.user, "bob");
  EXPECT_EQ(operation.request.input, R"(<a b="&lt;"/>)");
  EXPECT_EQ(operation.call_id, "7");
}

TEST(CibDecoding, IsAnError_ForWhatIsNoMessage) {
  for (const char* text : {"", "hello", "<", "<cib_command/>", "<cib_command cib_op=\"\"/>",
                           "<cib_command cib_op=\"cib_query\" cib_callopt=\"-1\"/>",
                           "<cib_command cib_op=\"cib_query\" cib_callopt=\"4294967296\"/>",
                           "<!DOCTYPE a [<!ENTITY b \"c\">]><a cib_op=\"&b;\"/>"}) {
    const auto message = decode_cib_message(text);
    ASSERT_FALSE(message.ok()) << text;
    EXPECT_EQ(message.error().code, base::Errc::kProtocol) << text;
  }
}

TEST(CibDecoding, SurvivesMutilatedMessages) {
  const std::string good =
      R"(<cib_command t="cib" cib_op="cib_modify" cib_section="//a[@id='b']" cib_callopt="2">)"
      R"(<cib_calldata><nvpair id="x" name="y" value="z"/></cib_calldata></cib_command>)";
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string text = good.substr(0, random() % (good.size() + 1));
    for (int flips = 0; flips < 3 && !text.empty(); ++flips) {
      text[random() % text.size()] = static_cast<char>(1 + random() % 255);
    }
    (void)decode_cib_message(text).ok();
  }
}

TEST(CibEncoding, ReplyCarriesCodeAndData) {
  const CibCallHead head{"cib_query", "3", "uuid", 0x1100};
  CibAnswer answer;
  answer.data = "<nodes/>";
  EXPECT_EQ(encode_cib_reply(head, answer),
            R"(<cib-reply t="cib" cib_op="cib_query" cib_callid="3" cib_clientid="uuid")"
            R"( cib_callopt="4352" cib_rc="0"><cib_calldata><nodes/></cib_calldata></cib-reply>)");
  answer = {};
  answer.error = base::Error{base::Errc::kNotFound, "no"};
  EXPECT_EQ(encode_cib_reply(head, answer),
            R"(<cib-reply t="cib" cib_op="cib_query" cib_callid="3" cib_clientid="uuid")"
            R"( cib_callopt="4352" cib_rc="-6"/>)");
}

TEST(CibEncoding, ReplyIsWellFormed_WhateverTheClientSent) {
  const CibCallHead head{"<\"&'\n", "\x01 \xff", "u", 0};
  const std::string text = encode_cib_reply(head, {});
  const auto document = xml::Document::parse(text);
  ASSERT_TRUE(document.ok()) << text;
  EXPECT_EQ(document->root().attribute("cib_op"), "<\"&'\n");
}

TEST(CibEncoding, DiffNoticeHasGenerationInputAndPatch) {
  effect::NotifyCib change;
  change.operation = "cib_modify";
  change.object_type = "nodes";
  change.input = "<nodes/>";
  change.generation = R"(<generation_tuple epoch="2"/>)";
  change.patchset = R"(<diff format="2"/>)";
  EXPECT_EQ(encode_cib_diff_notice(change),
            R"(<notify t="cib_notify" subt="cib_diff_notify" cib_op="cib_modify" cib_rc="0")"
            R"( cib_object_type="nodes"><cib_generation><generation_tuple epoch="2"/>)"
            R"(</cib_generation><cib_update><nodes/></cib_update><cib_update_result>)"
            R"(<diff format="2"/></cib_update_result></notify>)");
}

TEST(CibEncoding, ResyncNoticeTellsNothingButTheNewVersion) {
  effect::NotifyCib change;
  change.operation = "cib_modify";
  change.object_id = "secret";
  change.input = "<nvpair id=\"secret\"/>";
  change.generation = R"(<generation_tuple epoch="3" update-user="ann"/>)";
  change.patchset =
      R"(<diff format="2"><version><source admin_epoch="0" epoch="2" num_updates="9"/>)"
      R"(<target admin_epoch="0" epoch="3" num_updates="0"/></version>)"
      R"(<change operation="delete" path="/cib/secret"/></diff>)";
  const std::string text = encode_cib_resync_notice(change);
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  EXPECT_EQ(text.find("ann"), std::string::npos) << text;
  const auto notice = xml::Document::parse(text);
  auto copy = xml::Document::parse(R"(<cib admin_epoch="0" epoch="2" num_updates="9"/>)");
  const auto applied = cib::apply_patchset(
      *copy, notice->root().first_child("cib_update_result").first_child("diff"));
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, base::Errc::kNeedResync);
}

TEST(CibEncoding, RefreshNoticeNamesTheSections) {
  effect::NotifyCib change;
  change.operation = "cib_replace";
  change.generation = "<generation_tuple/>";
  change.refreshed = 7;
  EXPECT_EQ(encode_cib_refresh_notice(change),
            R"(<notify-replace t="cib_notify" subt="cib_refresh_notify" cib_op="cib_replace")"
            R"( cib_rc="0" cib_change_section="7"><cib-replace-generation><generation_tuple/>)"
            R"(</cib-replace-generation></notify-replace>)");
}

}  // namespace
}  // namespace systole::crmd
