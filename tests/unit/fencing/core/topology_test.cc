#include "fencing/core/topology.h"

#include <gtest/gtest.h>

namespace systole::fencing {
namespace {

Level level(LevelTarget::Kind kind, std::string name, int index, std::string device) {
  return {.target = {.kind = kind, .name = std::move(name), .value = {}},
          .index = index,
          .devices = {std::move(device)}};
}

TEST(Topology, GivesLevelsInOrder) {
  Topology topology;
  ASSERT_TRUE(topology.add(level(LevelTarget::Kind::kName, "n1", 2, "b")).ok());
  ASSERT_TRUE(topology.add(level(LevelTarget::Kind::kName, "n1", 1, "a")).ok());
  const auto levels = topology.levels_of("n1", {});
  ASSERT_EQ(levels.size(), 2u);
  EXPECT_EQ(levels[0].devices.front(), "a");
  EXPECT_EQ(levels[1].devices.front(), "b");
  EXPECT_TRUE(topology.levels_of("n2", {}).empty());
}

TEST(Topology, PrefersTheNameOverPatternOverAttribute) {
  Topology topology;
  ASSERT_TRUE(
      topology
          .add({.target = {.kind = LevelTarget::Kind::kAttribute, .name = "rack", .value = "3"},
                .index = 1,
                .devices = {"by-rack"}})
          .ok());
  const NodeAttributes attributes = {{"db1", {{"rack", "3"}}}, {"web1", {{"rack", "3"}}}};
  EXPECT_EQ(topology.levels_of("db1", attributes).front().devices.front(), "by-rack");
  ASSERT_TRUE(topology.add(level(LevelTarget::Kind::kPattern, "^db.*", 1, "by-pattern")).ok());
  EXPECT_EQ(topology.levels_of("db1", attributes).front().devices.front(), "by-pattern");
  EXPECT_EQ(topology.levels_of("web1", attributes).front().devices.front(), "by-rack");
  ASSERT_TRUE(topology.add(level(LevelTarget::Kind::kName, "db1", 1, "by-name")).ok());
  EXPECT_EQ(topology.levels_of("db1", attributes).front().devices.front(), "by-name");
}

TEST(Topology, RefusesBadIndexAndPattern) {
  Topology topology;
  EXPECT_FALSE(topology.add(level(LevelTarget::Kind::kName, "n1", 0, "a")).ok());
  EXPECT_FALSE(topology.add(level(LevelTarget::Kind::kName, "n1", 10, "a")).ok());
  EXPECT_FALSE(topology.add(level(LevelTarget::Kind::kPattern, "([", 1, "a")).ok());
  EXPECT_FALSE(topology.add(level(LevelTarget::Kind::kName, "", 1, "a")).ok());
  EXPECT_EQ(topology.size(), 0u);
}

TEST(Topology, RemovesOneLevelOrAll) {
  Topology topology;
  const LevelTarget target{.kind = LevelTarget::Kind::kName, .name = "n1", .value = {}};
  for (int index = 1; index <= 3; ++index) {
    ASSERT_TRUE(topology.add(level(LevelTarget::Kind::kName, "n1", index, "a")).ok());
  }
  ASSERT_TRUE(topology.remove(target, 2).ok());
  EXPECT_EQ(topology.levels_of("n1", {}).size(), 2u);
  ASSERT_TRUE(topology.remove(target, 0).ok());
  EXPECT_EQ(topology.size(), 0u);
}

}  // namespace
}  // namespace systole::fencing
