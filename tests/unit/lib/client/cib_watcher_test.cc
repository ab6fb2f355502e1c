#include "lib/client/cib_watcher.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/lib/client/fake_cib.h"

namespace systole::client {
namespace {

/// A watcher with what it told.
class Watched {
 public:
  explicit Watched(const std::string& service)
      : watcher_(loop_, "test",
                 {.changed =
                      [this](const xml::Document& cib, xml::Element patch) {
                        text = cib.compact();
                        ++(patch ? patches : reads);
                      },
                  .lost = [this](const base::Error&) { ++losses; }},
                 service) {
    watcher_.start();
  }
  bool wait(const std::function<bool()>& done,
            std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    return loop_.run_until(done, limit);
  }
  const CibWatcher& operator*() const { return watcher_; }

  std::string text;
  int reads = 0;
  int patches = 0;
  int losses = 0;

 private:
  daemon::EventLoop loop_;
  CibWatcher watcher_;
};

TEST(CibWatcher, ReadsOnceThenAppliesPatches) {
  FakeCib server(kSmallCib);
  Watched watched(server.name());
  ASSERT_TRUE(watched.wait([&] { return watched.reads == 1; }));
  EXPECT_TRUE((*watched).connected());
  server.modify("nodes", "<node id=\"2\" uname=\"n2\"/>");
  ASSERT_TRUE(watched.wait([&] { return watched.patches == 1; }));
  EXPECT_NE(watched.text.find("n2"), std::string::npos);
  const std::vector<std::string> operations = server.operations();
  EXPECT_EQ(std::count(operations.begin(), operations.end(), "cib_query"), 1);
}

TEST(CibWatcher, ReadsAgainWhenAPatchDoesNotFit) {
  FakeCib server(kSmallCib);
  Watched watched(server.name());
  ASSERT_TRUE(watched.wait([&] { return watched.reads == 1; }));
  server.modify("nodes", "<node id=\"2\" uname=\"n2\"/>", true);
  server.modify("nodes", "<node id=\"3\" uname=\"n3\"/>");
  ASSERT_TRUE(watched.wait([&] { return watched.reads == 2; }));
  EXPECT_NE(watched.text.find("n2"), std::string::npos);
  EXPECT_NE(watched.text.find("n3"), std::string::npos);
}

TEST(CibWatcher, KeepsItsCopyWhenTheDaemonDies) {
  FakeCib server(kSmallCib);
  Watched watched(server.name());
  ASSERT_TRUE(watched.wait([&] { return watched.reads == 1; }));
  server.thread().stop();
  ASSERT_TRUE(watched.wait([&] { return watched.losses == 1; }));
  EXPECT_FALSE((*watched).connected());
  EXPECT_NE((*watched).cib(), nullptr);
  // Trying again without success is not told again.
  EXPECT_FALSE(watched.wait([&] { return watched.losses > 1; }, std::chrono::milliseconds(1500)));
}

TEST(CibWatcher, TellsThatNobodyIsThere) {
  Watched watched(ipc::unique_service_name());
  EXPECT_TRUE(watched.wait([&] { return watched.losses == 1; }));
  EXPECT_EQ((*watched).cib(), nullptr);
}

}  // namespace
}  // namespace systole::client
