#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/scenarios/scenario.h"

namespace systole::scenarios {
namespace {

const std::string kRoot = SYSTOLE_SOURCE_DIR "/tests/scenarios";

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GivesThePlanThatItExpects) {
  for (const std::string& unmet : unmet_expectations(kRoot + "/" + GetParam())) {
    ADD_FAILURE() << GetParam() << ": " << unmet;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !isalnum(static_cast<unsigned char>(c)); },
      '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(find_scenarios(kRoot)), test_name);

}  // namespace
}  // namespace systole::scenarios
