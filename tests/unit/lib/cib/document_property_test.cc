#include <gtest/gtest.h>

#include "lib/cib/digest.h"
#include "lib/cib/document.h"
#include "lib/cib/patchset.h"
#include "tests/unit/lib/cib/random_cib.h"

namespace systole::cib {
namespace {

using testing_support::RandomCib;

constexpr std::uint32_t kOptionChoices[] = {0, 0x2, 0x6, 0x8, 0x88, 0x200, 0x80, 0x2000, 0x1000000};

struct RandomRequest {
  Request request;
  xml::Document input;
};

RandomRequest random_request(RandomCib& random, const Document& document) {
  RandomRequest out{.request = {}, .input = random.input()};
  Request& request = out.request;
  request.operation = static_cast<Operation>(random.below(10));
  request.options = CallOptions(kOptionChoices[random.below(9)]);
  request.target = request.options.has(CallOption::kXpath) ? random.expression() : random.section();
  if (request.operation == Operation::kReplace && random.below(2) == 0) {
    out.input = random.changed(document.xml());
  }
  if (request.operation == Operation::kApplyDiff) {
    xml::Document after = random.changed(document.xml());
    write_version(after.root(), {document.version().admin_epoch, document.version().epoch + 1, 0});
    if (auto patch = create_patchset(document.root(), after.root())) out.input = std::move(*patch);
  }
  if (random.below(20) != 0) request.input = out.input.root();
  request.origin = {"n1", "test", "root", "Sat Nov 21 12:00:00 2026"};
  return out;
}

// A sequence of random requests on two replicas and on the copy of a client that only sees the
// patchsets.
class ReplicaPair {
 public:
  explicit ReplicaPair(RandomCib& random)
      : first_(std::move(Document::adopt(random.document())).value()),
        second_(first_.clone()),
        client_(first_.xml().clone()) {}

  void step(RandomCib& random, unsigned seed) {
    const std::string before = first_.xml().compact();
    const Version version = first_.version();
    const RandomRequest generated = random_request(random, first_);
    const Outcome outcome = first_.apply(generated.request);
    const Outcome same = second_.apply(generated.request);
    ASSERT_EQ(first_.xml().compact(), second_.xml().compact()) << seed;
    ASSERT_EQ(outcome.verdict.ok(), same.verdict.ok()) << seed;
    if (!outcome.changed) {
      ASSERT_EQ(first_.xml().compact(), before) << seed;
      return;
    }
    ASSERT_TRUE(outcome.verdict.ok() && outcome.patchset.has_value()) << seed;
    ASSERT_EQ(outcome.patchset->compact(), same.patchset->compact()) << seed;
    ASSERT_EQ(outcome.before, version) << seed;
    ASSERT_EQ(outcome.after, first_.version()) << seed;
    follow(generated.request, outcome, seed);
  }

 private:
  void follow(const Request& request, const Outcome& outcome, unsigned seed) {
    if (outcome.after <= outcome.before) {
      client_ = first_.xml().clone();  // a client asks for everything then
      return;
    }
    const auto applied = apply_patchset(client_, outcome.patchset->root());
    ASSERT_TRUE(applied.ok()) << seed << " " << wire_name(request.operation) << " "
                              << applied.error().message << outcome.patchset->indented();
    ASSERT_TRUE(same_but_for_stamps()) << seed << " " << wire_name(request.operation) << "\n"
                                       << outcome.patchset->indented();
  }

  // The stamps reach clients one change late.
  bool same_but_for_stamps() { return document_digest(client_.root()) == first_.digest(); }

  Document first_;
  Document second_;
  xml::Document client_;
};

TEST(DocumentProperty, ReplicasAndClientsStayEqual) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomCib random(seed);
    ReplicaPair pair(random);
    for (int i = 0; i < 25; ++i) {
      pair.step(random, seed);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace systole::cib
