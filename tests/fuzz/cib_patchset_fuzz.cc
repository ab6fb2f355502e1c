// Two documents, separated by NUL: the patchset between them turns the first into the second, and
// the second taken as a patchset does no harm to the first.

#include "lib/cib/digest.h"
#include "lib/cib/patchset.h"
#include "lib/cib/version.h"
#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

bool has_quotes(const xml::Document& document) {
  return document.compact().find('\'') != std::string::npos;
}

void check_between(const xml::Document& before, xml::Document& after) {
  if (before.root().name() != after.root().name()) return;
  if (before.root().id() != after.root().id()) return;
  const cib::Version version = cib::read_version(before.root());
  if (version.epoch == cib::successor(version.epoch)) return;
  cib::write_version(after.root(), {version.admin_epoch, version.epoch + 1, 0});
  auto patch = cib::create_patchset(before.root(), after.root());
  CHECK(patch.has_value());
  // Identifiers with a quote cannot be named in a path.
  if (has_quotes(before) || has_quotes(after)) return;
  cib::add_digest(*patch, after.root());
  xml::Document copy = before.clone();
  CHECK(cib::apply_patchset(copy, patch->root()).ok());
  CHECK(copy.compact() == after.compact());
}

void check_as_patchset(const xml::Document& document, const xml::Document& patchset) {
  xml::Document copy = document.clone();
  if (!cib::apply_patchset(copy, patchset.root())) CHECK(copy.compact() == document.compact());
}

}  // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string cib =
      "<cib epoch=\"1\" num_updates=\"0\" admin_epoch=\"0\"><configuration><nodes><node id=\"1\"/>"
      "<!--c--><node id=\"2\" a=\"b\"/></nodes><x/></configuration><status><y/><y/></status></cib>";
  return {
      cib + "\0"s + "<cib><status><y/></status><configuration><nodes/></configuration></cib>",
      cib + "\0"s +
          "<cib><configuration><x/><nodes><node id=\"2\" a=\"c\"/><node id=\"1\"/><!--c-->"
          "</nodes></configuration><status><y a=\"1\"/><y/><y/></status></cib>",
      cib + "\0"s +
          "<diff format=\"2\"><version><source admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"/>"
          "<target admin_epoch=\"0\" epoch=\"2\" num_updates=\"0\"/></version>"
          "<change operation=\"delete\" path=\"/cib/status/y\"/>"
          "<change operation=\"create\" path=\"/cib/configuration/nodes\" position=\"1\">"
          "<node id=\"3\"/></change><change operation=\"move\" "
          "path=\"/cib/configuration/x\" position=\"0\"/></diff>"};
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t split = text.find('\0');
  if (split == std::string_view::npos) return 0;
  const xml::Limits limits{.max_bytes = 1 << 16};
  const auto first = xml::Document::parse(text.substr(0, split), limits);
  auto second = xml::Document::parse(text.substr(split + 1), limits);
  if (!first || !second) return 0;
  fuzz::check_as_patchset(*first, *second);
  fuzz::check_between(*first, *second);
  return 0;
}
