#include "crmd/core/attribute_table.h"

#include <gtest/gtest.h>

#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

AttributeRequest value(const char* text) {
  AttributeRequest request;
  request.value = text;
  return request;
}

TEST(CountedValue, Counts_FromTheOldValueOrZero) {
  EXPECT_EQ(counted_value(std::nullopt, "value++"), "1");
  EXPECT_EQ(counted_value("4", "value++"), "5");
  EXPECT_EQ(counted_value("4", "value+=10"), "14");
  EXPECT_EQ(counted_value("INFINITY", "value++"), "INFINITY");
  EXPECT_EQ(counted_value("junk", "value++"), "1");
}

TEST(CountedValue, Stays_WhenItIsNoCount) {
  EXPECT_EQ(counted_value("4", "7"), "7");
  EXPECT_EQ(counted_value("4", "valued"), "valued");
}

TEST(AttributeTable, ReportsNoChange_WhenTheValueIsTheSame) {
  AttributeTable table;
  EXPECT_TRUE(table.update("a", "node1", value("1")));
  EXPECT_FALSE(table.update("a", "node1", value("1")));
  EXPECT_TRUE(table.update("a", "node1", AttributeRequest{}));
  EXPECT_FALSE(table.update("b", "node1", AttributeRequest{}));
}

TEST(AttributeTable, Query_TellsKnownNamesFromUnknownOnes) {
  AttributeTable table;
  table.update("a", "node1", value("1"));
  EXPECT_FALSE(table.query({"b", ""}).known);
  const AttributeAnswer all = table.query({"a", ""});
  ASSERT_EQ(all.values.size(), 1U);
  EXPECT_EQ(all.values[0].value, "1");
  const AttributeAnswer other = table.query({"a", "node2"});
  EXPECT_TRUE(other.known);
  ASSERT_EQ(other.values.size(), 1U);
  EXPECT_FALSE(other.values[0].value);
}

TEST(AttributeTable, ClearFailure_MatchesResourceAndOperation) {
  AttributeTable table;
  for (const char* name : {"fail-count-a#start_0", "last-failure-a#start_0",
                           "fail-count-a#monitor_10000", "fail-count-ab#start_0", "other"}) {
    table.update(name, "node1", value("1"));
  }
  AttributeRequest request;
  EXPECT_EQ(table.failures(request).size(), 4U);
  request.resource = "a";
  EXPECT_EQ(table.failures(request).size(), 3U);
  request.operation = "monitor";
  request.interval = Milliseconds(10000);
  EXPECT_EQ(table.failures(request), std::vector<std::string>{"fail-count-a#monitor_10000"});
}

TEST(AttributeTable, DeletedNames_AreForgottenSooner_ThanMemoryEnds) {
  AttributeTable table;
  table.update("stays", "node1", value("1"));
  table.update("gone", "node1", value("1"));
  table.update("gone", "node1", AttributeRequest());
  table.attributes().at("gone").nodes.at("node1").written = true;
  EXPECT_TRUE(table.query({.name = "gone", .node = "node1"}).known);
  for (int i = 0; i < 100000; ++i) {
    const std::string name = base::cat("name-", i);
    if (i % 2 == 0) table.update(name, "node1", value("1"));
    table.update(name, "node1", AttributeRequest());
    EXPECT_TRUE(table.query({.name = name, .node = "node1"}).known);
    // As the CIB is written after each change.
    const auto known = table.attributes().find(name);
    for (auto& [node, entry] : known->second.nodes) entry.written = true;
  }
  EXPECT_LE(table.attributes().size(), 2 * AttributeTable::kDeletionsRemembered);
  EXPECT_TRUE(table.query({.name = "stays", .node = "node1"}).known);
}

TEST(AttributeTable, PrivateValues_NeedNotBeWritten) {
  AttributeTable table;
  AttributeRequest request = value("1");
  request.is_private = true;
  table.update("secret", "node1", request);
  EXPECT_TRUE(table.attributes().at("secret").nodes.at("node1").written);
}

TEST(AttributeTable, ADeletedPrivateValue_IsKnownToBeEmpty) {
  AttributeTable table;
  AttributeRequest request = value("1");
  request.is_private = true;
  table.update("secret", "node1", request);
  request.value.reset();
  EXPECT_TRUE(table.update("secret", "node1", request));
  EXPECT_FALSE(table.attributes().at("secret").nodes.at("node1").value);
}

TEST(AttributeTable, ReplaceNode_TakesWhatTheNodeSays) {
  AttributeTable table;
  table.update("gone", "node1", value("1"));
  table.update("kept", "node2", value("2"));
  message::AttributeValue fresh;
  fresh.name = "new";
  fresh.value = "3";
  table.replace_node("node1", {fresh});
  EXPECT_FALSE(table.attributes().at("gone").nodes.at("node1").value);
  EXPECT_EQ(table.attributes().at("kept").nodes.at("node2").value, "2");
  EXPECT_EQ(table.values_of("node1").size(), 1U);
}

TEST(AttributeTable, ADeletedValue_IsKnownToBeEmpty_UntilItsNodeIsForgotten) {
  AttributeTable table;
  table.update("a", "node1", value("1"));
  table.update("a", "node1", AttributeRequest{});
  table.update("never", "node1", AttributeRequest{});
  for (const char* name : {"a", "never"}) {
    AttributeQuery query;
    query.name = name;
    const AttributeAnswer answer = table.query(query);
    EXPECT_TRUE(answer.known) << name;
    ASSERT_EQ(answer.values.size(), 1U) << name;
    EXPECT_EQ(answer.values[0].value, std::nullopt) << name;
  }
  EXPECT_TRUE(table.attributes().at("never").nodes.at("node1").written);
  EXPECT_TRUE(table.values_of("node1").empty());
  table.erase_node("node1");
  EXPECT_TRUE(table.attributes().empty());
}

}  // namespace
}  // namespace systole::crmd
