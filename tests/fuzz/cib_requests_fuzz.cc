// Requests against one CIB, separated by NUL: a letter for the operation, the call options in
// hexadecimal, the target, and the input, on a line each.

#include <charconv>

#include "lib/cib/digest.h"
#include "lib/cib/document.h"
#include "lib/cib/patchset.h"
#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

constexpr std::string_view kCib =
    "<cib crm_feature_set=\"3.16.1\" validate-with=\"none\" epoch=\"1\" num_updates=\"0\" "
    "admin_epoch=\"0\"><configuration><crm_config/><nodes><node id=\"1\" uname=\"n\"/><!-- c -->"
    "</nodes><resources><a id=\"x\" n=\"1\"><b/><b id=\"y\"/></a><a id=\"z\"/></resources>"
    "<constraints/></configuration><status><a/><a id=\"x\"/></status></cib>";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

class Cluster {
 public:
  Cluster()
      : first_(
            std::move(cib::Document::adopt(std::move(xml::Document::parse(kCib)).value())).value()),
        second_(first_.clone()),
        client_(first_.xml().clone()) {}

  void step(std::string_view text) {
    cib::Request request;
    const std::string_view letter = take_line(text);
    if (letter.empty()) return;
    request.operation = static_cast<cib::Operation>(static_cast<unsigned char>(letter[0]) % 10);
    const std::string_view bits = take_line(text);
    std::uint32_t options = 0;
    std::from_chars(bits.data(), bits.data() + bits.size(), options, 16);
    request.options = cib::CallOptions(options);
    request.target = take_line(text);
    auto input = xml::Document::parse(text, {.max_bytes = 4096});
    if (input) request.input = input->root();
    apply(request);
  }

 private:
  void apply(const cib::Request& request) {
    const std::string before = first_.xml().compact();
    const cib::Outcome outcome = first_.apply(request);
    (void)second_.apply(request);
    CHECK(first_.xml().compact() == second_.xml().compact());
    if (!outcome.changed) {
      CHECK(first_.xml().compact() == before);
      return;
    }
    CHECK(outcome.verdict.ok() && outcome.patchset.has_value());
    const bool follows = outcome.after > outcome.before &&
                         cib::apply_patchset(client_, outcome.patchset->root()).ok();
    // Identifiers with a quote cannot be named in a path; a client asks for everything then.
    if (follows && before.find("&apos;") == std::string::npos &&
        before.find('\'') == std::string::npos) {
      CHECK(cib::document_digest(client_.root()) == first_.digest() || has_quotes());
    }
    client_ = first_.xml().clone();
  }

  bool has_quotes() const { return first_.xml().compact().find('\'') != std::string::npos; }

  cib::Document first_;
  cib::Document second_;
  xml::Document client_;
};

}  // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  return {
      "1\n0\nresources\n<a id=\"new\"><b/></a>"s,
      "2\n8\nstatus\n<a id=\"x\" n=\"n++\"><b __delete__=\"\"/></a>\0002\n88\n\n<b id=\"y\"/>"s,
      "3\n0\nnodes\n<nodes><node id=\"2\"/><node id=\"1\"/></nodes>\0004\n6\n//a\n"s,
      "3\n0\n\n<cib epoch=\"7\" num_updates=\"0\" admin_epoch=\"0\"><status/></cib>\0006\n0\n\n"s,
      "3\n2\n//b[@id='y']\n<b id=\"y\" q=\"w\"/>\0005\n0\n\n\0007\n0\n\n\0008\n0\n\n"s,
      "9\n0\n\n<diff format=\"2\"><version><source admin_epoch=\"0\" epoch=\"1\" "
      "num_updates=\"0\"/><target admin_epoch=\"0\" epoch=\"2\" num_updates=\"0\"/></version>"
      "<change operation=\"delete\" path=\"/cib/configuration/nodes/comment\" position=\"1\"/>"
      "<change operation=\"move\" path=\"/cib/configuration/resources/a[@id='z']\" "
      "position=\"0\"/><change operation=\"create\" path=\"/cib/status\" position=\"1\"><q/>"
      "</change><change operation=\"modify\" path=\"/cib/status/a\"><change-result><a b=\"c\"/>"
      "</change-result></change></diff>"s,
      "0\n62\n//a|//b\n"s};
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::Cluster cluster;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    cluster.step(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}
