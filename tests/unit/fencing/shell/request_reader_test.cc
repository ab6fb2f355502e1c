#include "fencing/shell/request_reader.h"

#include <gtest/gtest.h>

#include "lib/client/fencer_message.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

xml::Document parse(const std::string& text) {
  auto document = xml::Document::parse(text);
  EXPECT_TRUE(document.ok());
  return std::move(*document);
}

TEST(RequestReader, UnderstandsWhatTheClientWrites) {
  const xml::Document input = client::fence_input({.target = "n1",
                                                   .action = "reboot",
                                                   .timeout = std::chrono::seconds(20),
                                                   .tolerance = std::chrono::seconds(3),
                                                   .delay = std::chrono::seconds(-1)});
  const xml::Document request = parse(client::fencer_call_message(
      {.op = "st_fence", .call = 2, .options = client::fencer_wire::kAllowSelf}, &input));
  const auto fence = read_fence(request.root());
  ASSERT_TRUE(fence.ok());
  EXPECT_EQ(fence->target, "n1");
  EXPECT_EQ(fence->action, Action::kReboot);
  EXPECT_EQ(fence->order.timeout, milliseconds(20000));
  EXPECT_EQ(fence->order.tolerance, milliseconds(3000));
  EXPECT_EQ(fence->order.delay, std::nullopt);
  EXPECT_TRUE(fence->order.allow_self);
}

TEST(RequestReader, ReadsDevicesWithOddParameterNames) {
  const xml::Document input = client::device_input(
      {.id = "f", .agent = "fence_x", .parameters = {{"9lives", "cat"}, {"ip", "a<b"}}});
  const xml::Document request =
      parse(client::fencer_call_message({.op = "st_device_register"}, &input));
  const auto device = read_device(request.root());
  ASSERT_TRUE(device.ok());
  EXPECT_EQ(device->parameter("9lives"), "cat");
  EXPECT_EQ(device->parameter("ip"), "a<b");
  EXPECT_EQ(device->source, DeviceSource::kApi);
}

TEST(RequestReader, RefusesWhatMeansNothing) {
  const xml::Document empty = parse("<stonith_command st_op='st_fence'/>");
  EXPECT_FALSE(read_fence(empty.root()).ok());
  EXPECT_FALSE(read_device(empty.root()).ok());
  EXPECT_FALSE(read_level(empty.root()).ok());
  EXPECT_FALSE(read_exec(empty.root()).ok());
  const xml::Document dance = parse(
      "<stonith_command><st_calldata><stonith_api_fence_with_delay st_target='n1' "
      "st_device_action='dance'/></st_calldata></stonith_command>");
  EXPECT_FALSE(read_fence(dance.root()).ok());
}

TEST(RequestReader, DoesNotRunPowerActionsBesideTheRequestMachine) {
  const xml::Document request = parse(
      "<stonith_command><st_calldata><st_device_id st_device_id='f' st_device_action='off' "
      "st_target='n1'/></st_calldata></stonith_command>");
  EXPECT_FALSE(read_exec(request.root()).ok());
}

TEST(RequestReader, BoundsAbsurdTimes) {
  const xml::Document request = parse(
      "<stonith_command><st_calldata><stonith_api_fence_with_delay st_target='n1' "
      "st_device_action='off' st_timeout='9223372036854775807'/></st_calldata></stonith_command>");
  const auto fence = read_fence(request.root());
  ASSERT_TRUE(fence.ok());
  EXPECT_LE(fence->order.timeout, std::chrono::hours(24 * 7));
  EXPECT_GT(fence->order.timeout, milliseconds(0));
}

}  // namespace
}  // namespace systole::fencing
