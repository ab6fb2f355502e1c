#include "lib/cib/digest.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"

namespace systole::cib {
namespace {

xml::Document tree_of(std::string_view text) {
  return std::move(xml::Document::parse(text)).value();
}

TEST(ParametersDigest, HasTheKnownValues) {
  EXPECT_EQ(parameters_digest({}), "f2317cad3d54cec5d7d7aa7d0bf35cf8");
  EXPECT_EQ(parameters_digest({{"CRM_meta_timeout", "20000"}}), "4811cef7f7f94e3a35a70be7916cb2fd");
}

TEST(ParametersDigest, SortsByName) {
  EXPECT_EQ(parameters_digest({{"b", "1"}, {"a", "2"}}),
            parameters_digest({{"a", "2"}, {"b", "1"}}));
}

TEST(DocumentDigest, IgnoresStampsOnEveryElement) {
  const auto plain = tree_of("<cib epoch='1'><status><node_state id='1'/></status></cib>");
  const auto stamped = tree_of(
      "<cib epoch='1' update-user='root' cib-last-written='x'><status><node_state id='1' "
      "crm-debug-origin='f'/></status></cib>");
  EXPECT_EQ(document_digest(plain.root()), document_digest(stamped.root()));
  EXPECT_NE(file_digest(plain.root()), file_digest(stamped.root()));
}

}  // namespace
}  // namespace systole::cib
