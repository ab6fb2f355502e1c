#include "crmd/core/message.h"

#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

message::Result result() {
  message::Result out;
  out.receipt = 7;
  out.result.operation.transition_key = "1:2:0:uuid";
  out.result.operation.parameters = {{"a", "1"}, {"CRM_meta_timeout", "20000"}};
  out.result.rc = -1;
  out.result.status = OpStatus::kTimeout;
  out.result.traits = AgentTraits{true, {"state"}, {}};
  return out;
}

TEST(Message, ComesBackAsItWas_AfterEncoding) {
  const base::Result<Message> decoded = decode(encode(result()));
  ASSERT_TRUE(decoded.ok());
  const auto* back = std::get_if<message::Result>(&*decoded);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->receipt, 7U);
  EXPECT_EQ(back->result.rc, -1);
  EXPECT_EQ(back->result.status, OpStatus::kTimeout);
  EXPECT_EQ(back->result.operation.parameters, result().result.operation.parameters);
  ASSERT_TRUE(back->result.traits);
  EXPECT_EQ(back->result.traits->restart, std::vector<std::string>{"state"});
}

TEST(Message, EveryKind_ComesBackAsTheSameKind) {
  const std::vector<Message> kinds = {
      message::SyncBegin{},      message::Summary{},   message::ReplicaImage{},
      message::Report{},         message::CibChange{}, message::Durable{},
      message::Promised{},       message::Quorum{},    message::AttributeChanges{},
      message::AttributeFlush{}, message::Execute{},   message::Cancel{},
      message::Leave{},          message::GivenUp{},   message::Result{},
      message::Fenced{},         message::Resource{},  message::ResourceReply{},
      message::Ping{},           message::Pong{},      message::ShutdownWish{},
      message::RemoveNode{},     message::Condemned{}, message::NodeNames{}};
  EXPECT_EQ(kinds.size(), std::variant_size_v<Message>);
  for (const Message& kind : kinds) {
    const base::Result<Message> decoded = decode(encode(kind));
    ASSERT_TRUE(decoded.ok()) << kind.index();
    EXPECT_EQ(decoded->index(), kind.index());
  }
}

TEST(Message, IsRefused_WhenItIsCutShortAnywhere) {
  const std::string whole = encode(result());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(decode(whole.substr(0, length)).ok()) << length;
  }
}

TEST(Message, IsRefused_WithBytesLeftOver) {
  EXPECT_FALSE(decode(encode(result()) + "x").ok());
}

TEST(Message, NeverCrashes_OnChangedBytes) {
  const std::string whole = encode(result());
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const char change : {'\x01', '\x80', '\xff'}) {
      std::string bytes = whole;
      bytes[place] = static_cast<char>(bytes[place] ^ change);
      (void)decode(bytes).ok();
    }
  }
}

TEST(Message, IsRefused_WhenACountIsALie) {
  message::AttributeFlush flush;
  std::string bytes = encode(flush);
  for (std::size_t i = bytes.size() - 8; i < bytes.size(); ++i) bytes[i] = '\x7f';
  const base::Result<Message> decoded = decode(bytes);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, base::Errc::kProtocol);
}

}  // namespace
}  // namespace systole::crmd
