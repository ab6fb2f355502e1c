// What Debian's cibadmin --user shows of a CIB judges what a user may see, for random permissions.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/xml/write.h"
#include "tests/conformance/debian_cibadmin.h"

namespace systole::conformance {
namespace {

constexpr std::string_view kUser = "lp";

constexpr std::array<std::string_view, 3> kKinds = {"read", "write", "deny"};

constexpr std::array<std::string_view, 22> kTargets = {
    "xpath='/cib'",
    "xpath='//resources'",
    "xpath='//primitive'",
    "xpath='//nvpair'",
    "xpath='//primitive[@id=\"a\"]'",
    "xpath='//primitive[@id=\"b\"]'",
    "xpath='//nvpair[@name=\"target-role\"]'",
    "xpath='//meta_attributes'",
    "xpath='/cib/configuration'",
    "xpath='//status'",
    "xpath='//acls'",
    "xpath='//instance_attributes//nvpair'",
    "xpath='//primitive/@description'",
    "xpath='//none'",
    "reference='a'",
    "reference='b'",
    "reference='a-meta'",
    "reference='a-secret'",
    "object-type='primitive'",
    "object-type='nvpair' attribute='value'",
    "object-type='primitive' attribute='description'",
    "object-type='acl_role' attribute='none'",
};

std::string cib_text(const std::string& permissions) {
  return base::cat(
      "<cib crm_feature_set='3.16.1' validate-with='pacemaker-3.9' epoch='5' num_updates='0' "
      "admin_epoch='0'><configuration><crm_config><cluster_property_set id='o'><nvpair id='o1' "
      "name='enable-acl' value='true'/></cluster_property_set></crm_config><nodes/><resources>"
      "<primitive id='a' class='ocf' provider='p' type='t' description='x'><meta_attributes "
      "id='a-meta'><nvpair id='a-role' name='target-role' value='Started'/><nvpair id='a-limit' "
      "name='migration-threshold' value='3'/></meta_attributes><instance_attributes "
      "id='a-params'><nvpair id='a-secret' name='passwd' value='s'/></instance_attributes>"
      "</primitive><primitive id='b' class='ocf' provider='p' type='t'/></resources><constraints/>"
      "<acls><acl_role id='r'>",
      permissions, "</acl_role><acl_target id='", kUser,
      "'><role id='r'/></acl_target></acls></configuration><status/></cib>");
}

// What our document answers the user, on one line; empty where it refuses.
std::string our_answer(const std::string& text, const std::string& section) {
  auto parsed = xml::Document::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  auto document = cib::Document::adopt(std::move(parsed).value());
  cib::Request request;
  request.target = section;
  request.origin.user = kUser;
  const cib::Outcome outcome = document->apply(request);
  return outcome.verdict ? xml::to_string(outcome.output) : "";
}

std::string their_answer(const std::filesystem::path& file, const std::string& section) {
  const std::string scope = section.empty() ? "" : base::cat(" --scope ", section);
  const ToolAnswer answer = debian_cibadmin(file, base::cat("--query --user ", kUser, scope));
  if (answer.code != 0) return "";
  const auto document = xml::Document::parse(answer.text);
  EXPECT_TRUE(document.ok()) << answer.text;
  return document->compact();
}

TEST(AccessOracle, ShowsUsersTheSame) {
  if (!debian_cibadmin_is_installed()) GTEST_SKIP() << "Debian's cibadmin is not installed";
  constexpr int kCases = 60;
  std::mt19937 random(20260101);
  const auto pick = [&](std::size_t count) { return random() % count; };
  const auto file = std::filesystem::path(testing::TempDir()) / "access_oracle_cib.xml";
  for (int i = 0; i < kCases; ++i) {
    std::string permissions;
    for (std::size_t k = 0; k <= pick(5); ++k) {
      permissions += base::cat("<acl_permission id='p", k, "' kind='", kKinds[pick(3)], "' ",
                               kTargets[pick(kTargets.size())], "/>");
    }
    const std::string text = cib_text(permissions);
    std::ofstream(file) << text;
    const std::string section = i % 3 == 0 ? "resources" : "";
    EXPECT_EQ(our_answer(text, section), their_answer(file, section)) << permissions;
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace systole::conformance
