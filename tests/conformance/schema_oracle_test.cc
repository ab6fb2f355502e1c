// Debian's own grammars, where they are installed, judge ours: both have to accept and refuse the
// same, in every version that both have, for samples and for what mutations make of them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"
#include "lib/xml/document.h"
#include "lib/xml/schema.h"
#include "tests/conformance/schema_samples.h"

namespace systole::conformance {
namespace {

const std::string kOurs = std::string(SYSTOLE_BINARY_DIR) + "/schemas";
const std::string kTheirs = "/usr/share/pacemaker";

struct Judges {
  std::string version;
  xml::Schema ours;
  xml::Schema theirs;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Ours may be installed in place of Debian's.
bool is_oracle(const std::string& path) {
  return std::filesystem::exists(path) && read_file(path).find("Systole") == std::string::npos;
}

const std::vector<Judges>& judges() {
  static const std::vector<Judges> all = [] {
    std::vector<Judges> found;
    for (const cib::SchemaInfo& schema : cib::known_schemas()) {
      const std::string theirs = base::cat(kTheirs, "/", schema.name, ".rng");
      if (!schema.has_grammar || !is_oracle(theirs)) continue;
      auto our_grammar = xml::Schema::load(base::cat(kOurs, "/", schema.name, ".rng"));
      auto their_grammar = xml::Schema::load(theirs);
      EXPECT_TRUE(our_grammar.ok() && their_grammar.ok()) << schema.name;
      if (!our_grammar || !their_grammar) continue;
      found.push_back({std::string(schema.name), std::move(our_grammar).value(),
                       std::move(their_grammar).value()});
    }
    return found;
  }();
  return all;
}

constexpr const char* kNames[] = {"id",          "id-ref",       "name",
                                  "value",       "description",  "class",
                                  "type",        "template",     "score",
                                  "role",        "rsc",          "rsc-pattern",
                                  "node",        "with-rsc",     "first",
                                  "then",        "kind",         "score-attribute",
                                  "ticket",      "operation",    "interval",
                                  "timeout",     "start-delay",  "enabled",
                                  "on-fail",     "requires",     "replicas",
                                  "masters",     "promoted-max", "add-host",
                                  "target",      "index",        "xpath",
                                  "reference",   "object-type",  "attribute",
                                  "minutes",     "yeardays",     "value-source",
                                  "influence",   "require-all",  "ordering",
                                  "sequential",  "action",       "resource-discovery",
                                  "update-user", "boolean-op",   "loss-policy"};

constexpr const char* kValues[] = {"",          "1",         "-1",          "1.5",
                                   "true",      "no",        "INFINITY",    "+INFINITY",
                                   "infinity",  "Started",   "Master",      "Promoted",
                                   "started",   "start",     "demote",      "restart-container",
                                   "nothing",   "unfencing", "Optional",    "Serialize",
                                   "listed",    "never",     "and",         "AND",
                                   "integer",   "version",   "not_defined", "in_range",
                                   "date_spec", "normal",    "ping",        "remote",
                                   "upstart",   "nagios",    "write",       "A",
                                   "nosuch",    "a,b",       "a b",         "1:A",
                                   "literal"};

constexpr const char* kElements[] = {
    "<meta_attributes id='zz'/>",
    "<instance_attributes id='zz'/>",
    "<utilization id='zz'/>",
    "<nvpair id='zz' name='zz' value='1'/>",
    "<rule id='zz' score='1'><expression id='ze' attribute='x' operation='defined'/></rule>",
    "<date_expression id='zz' operation='lt' end='x'/>",
    "<op_expression id='zz' name='x'/>",
    "<duration id='zz'/>",
    "<operations/>",
    "<op id='zz' name='x' interval='1'/>",
    "<primitive id='zz' class='lsb' type='x'/>",
    "<group id='zz'><primitive id='zy' class='lsb' type='x'/></group>",
    "<bundle id='zz'><docker image='i'/></bundle>",
    "<podman image='x'/>",
    "<network/>",
    "<resource_set id='zz'><resource_ref id='A'/></resource_set>",
    "<resource_ref id='A'/>",
    "<lifetime><rule id='zz' score='1'><expression id='ze' attribute='x' operation='defined'/>"
    "</rule></lifetime>",
    "<role id='r'/>",
    "<acl_permission id='zz' kind='read' xpath='x'/>",
    "<read id='zz' xpath='x'/>",
    "<obj_ref id='A'/>",
    "<recipient id='zz' value='v'/>",
    "<select/>",
    "<tags/>",
    "<bogus/>"};

void collect(xml::Element element, std::vector<xml::Element>& found) {
  if (!element.is("status")) found.push_back(element);
  for (const xml::Element child : element.children()) collect(child, found);
}

std::vector<xml::Element> elements_of(const xml::Document& document) {
  std::vector<xml::Element> found;
  collect(document.root(), found);
  return found;
}

class SchemaOracle : public testing::Test {
 protected:
  void SetUp() override {
    if (judges().empty()) GTEST_SKIP() << "Debian's grammars are not installed";
    if (const char* every = std::getenv("SYSTOLE_MUTATIONS_EVERY")) {
      every_ = base::parse_integer<std::size_t>(every).value_or(every_);
    }
  }

  void compare(const xml::Document& document, const std::string& what) {
    for (const Judges& judge : judges()) {
      const bool ours = judge.ours.validate(document).empty();
      const bool theirs = judge.theirs.validate(document).empty();
      ++compared_;
      if (ours == theirs) continue;
      ADD_FAILURE() << judge.version << ": we " << (ours ? "accept" : "refuse") << " " << what
                    << "\n"
                    << document.compact();
      return;
    }
  }

  // One in so many mutations is tried: `change` gets a copy of the document and its element.
  template <typename Change>
  void mutate(const xml::Document& document, std::size_t index, const std::string& what,
              Change change) {
    if (++mutations_ % every_ != 0) return;
    const xml::Document copy = document.clone();
    change(elements_of(copy)[index]);
    compare(copy, what);
  }

  void mutate_element(const xml::Document& document, std::size_t index) {
    const xml::Element element = elements_of(document)[index];
    const std::string tag(element.name());
    for (const xml::Attribute attribute : element.attributes()) {
      const std::string name(attribute.name);
      mutate(document, index, base::cat(tag, " without ", name),
             [&](xml::Element at) { at.remove_attribute(name); });
      for (const char* value : kValues) {
        mutate(document, index, base::cat(tag, " with ", name, "=", value),
               [&](xml::Element at) { at.set_attribute(name, value); });
      }
    }
    for (const char* name : kNames) {
      if (element.attribute(name)) continue;
      for (const char* value : {"1", "A"}) {
        mutate(document, index, base::cat(tag, " with new ", name, "=", value),
               [&](xml::Element at) { at.set_attribute(name, value); });
      }
    }
    for (const char* inside : kElements) {
      mutate(document, index, base::cat(tag, " around ", inside), [&](xml::Element at) {
        const auto extra = xml::Document::parse(inside);
        at.insert_copy(extra->root(), mutations_ % 2 == 0 ? xml::Element() : at.first_child());
      });
    }
    if (index == 0) return;
    mutate(document, index, base::cat("removal of ", tag), [](xml::Element at) { at.remove(); });
  }

  std::size_t every_ = 149;
  std::size_t mutations_ = 0;
  std::size_t compared_ = 0;
};

TEST_F(SchemaOracle, AgreesOnSamples) {
  for (const std::string& sample : schema_samples()) {
    const auto document = xml::Document::parse(sample);
    ASSERT_TRUE(document.ok()) << sample;
    compare(*document, "sample");
  }
}

TEST_F(SchemaOracle, AgreesOnMutations) {
  for (const std::string& sample : schema_samples()) {
    const auto document = xml::Document::parse(sample);
    const std::size_t count = elements_of(*document).size();
    for (std::size_t i = 0; i < count; ++i) mutate_element(*document, i);
  }
  RecordProperty("compared", static_cast<int>(compared_));
  EXPECT_GT(compared_, 1000u);
}

TEST_F(SchemaOracle, AgreesOnTheCorpus) {
  const std::filesystem::path corpus = SYSTOLE_CORPUS;
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "the corpus is not there";
  const cib::Schemas ours(kOurs);
  const cib::Schemas theirs(kTheirs);
  for (const auto& file : std::filesystem::directory_iterator(corpus)) {
    auto document = xml::Document::parse(read_file(file.path()));
    ASSERT_TRUE(document.ok()) << file.path();
    const std::string schema(document->root().attribute_or("validate-with", {}));
    const auto violations = ours.validate(*document);
    ASSERT_TRUE(violations.ok()) << file.path() << ": " << violations.error().message;
    // What Debian 12 does not know is a configuration of the corpus all the same.
    const bool known = is_oracle(base::cat(kTheirs, "/", schema, ".rng"));
    const bool expected = !known || theirs.validate(*document)->empty();
    EXPECT_EQ(violations->empty(), expected)
        << file.path() << ": " << (violations->empty() ? "" : violations->front().message);
  }
}

}  // namespace
}  // namespace systole::conformance
