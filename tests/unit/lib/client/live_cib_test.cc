#include "lib/client/live_cib.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/lib/client/fake_cib.h"

namespace systole::client {
namespace {

TEST(LiveCib, QueriesAndChanges) {
  FakeCib server(kSmallCib);
  const auto client = LiveCib::connect("test", server.name());
  ASSERT_TRUE(client.ok()) << client.error().message;
  EXPECT_TRUE((*client)->is_live());
  const auto nodes = (*client)->query("nodes");
  ASSERT_TRUE(nodes.ok());
  EXPECT_EQ(nodes->compact(), "<nodes><node id=\"1\" uname=\"n1\"/></nodes>");

  const auto object = xml::Document::parse("<node id=\"2\" uname=\"n2\"/>");
  EXPECT_TRUE(
      (*client)
          ->change(
              {.operation = cib::Operation::kCreate, .target = "nodes", .input = object->root()})
          .ok());
  EXPECT_TRUE((*client)->query_xpath("//node[@uname='n2']").ok());
}

TEST(LiveCib, RefusalsKeepTheirReasonAndData) {
  FakeCib server(kSmallCib);
  const auto client = LiveCib::connect("test", server.name());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ((*client)->query("tags").error().code, base::Errc::kNotFound);
  const auto object = xml::Document::parse("<node id=\"1\" uname=\"n1\"/>");
  const auto answer = (*client)->call(
      {.operation = cib::Operation::kCreate, .target = "nodes", .input = object->root()});
  ASSERT_TRUE(answer.ok());
  ASSERT_FALSE(answer->verdict.ok());
  EXPECT_EQ(answer->verdict.error().code, base::Errc::kExists);
  ASSERT_TRUE(answer->data.has_value());
  EXPECT_TRUE(answer->data->root().is("failed"));
}

TEST(LiveCib, GivesUpOnADaemonThatDoesNotAnswer) {
  FakeCib server(kSmallCib);
  const auto client = LiveCib::connect("test", server.name());
  ASSERT_TRUE(client.ok());
  server.is_silent = true;
  const auto answer = (*client)->call({.timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, base::Errc::kTimeout);
}

TEST(LiveCib, DaemonThatGoesBeforeItAnswersIsToldFromOneThatIsNotThere) {
  FakeCib server(kSmallCib);
  const auto client = LiveCib::connect("test", server.name());
  ASSERT_TRUE(client.ok());
  server.is_silent = true;
  std::thread end([&server] {
    while (server.operations().size() < 2) std::this_thread::yield();
    server.thread().stop();
  });
  const auto answer = (*client)->call({.timeout = std::chrono::seconds(20)});
  end.join();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, base::Errc::kIo);
}

TEST(LiveCib, NobodyThereIsNotConnected) {
  const auto client = LiveCib::connect("test", ipc::unique_service_name());
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, base::Errc::kNotConnected);
}

}  // namespace
}  // namespace systole::client
