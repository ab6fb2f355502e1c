#include "policy/status/score_tables.h"

#include <gtest/gtest.h>

namespace systole::policy {
namespace {

TEST(ScoreTables, KeepEveryCell_AsNodesAndResourcesAreAdded) {
  ScoreTables tables;
  tables.add_nodes(2);
  for (std::uint32_t step = 0; step < 20; ++step) {
    tables.add_resources(1);
    tables.add_nodes(1);
    tables.at(RscId(step), NodeId(step + 2)).score = base::Score(static_cast<int>(step) + 1);
  }
  ASSERT_EQ(tables.nodes(), 22u);
  ASSERT_EQ(tables.resources(), 20u);
  for (std::uint32_t step = 0; step < 20; ++step) {
    const ScoreTables::Row row = tables.row(RscId(step));
    ASSERT_EQ(row.size(), 22u);
    for (std::uint32_t node = 0; node < 22; ++node) {
      EXPECT_EQ(row[node].score.value(), node == step + 2 ? static_cast<int>(step) + 1 : 0);
    }
  }
}

}  // namespace
}  // namespace systole::policy
