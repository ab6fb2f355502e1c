#include "lib/cib/document.h"

#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/digest.h"
#include "lib/cib/editor.h"
#include "lib/cib/empty.h"
#include "lib/cib/operations.h"
#include "lib/cib/patchset.h"
#include "lib/cib/schemas.h"
#include "lib/cib/upgrade/upgrade.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

constexpr std::uint32_t kAllSections = 7;

// Which parts a change touches, read from the paths of its patchset.
struct Touched {
  bool configuration = false;
  bool beyond_status = false;  // anything that the schema has a say in
  std::uint32_t sections = 0;
};

bool is_within(std::string_view path, std::string_view above) {
  return path.starts_with(above) &&
         (path.size() == above.size() || path[above.size()] == '/' || path[above.size()] == '[');
}

void touch_section(Touched& touched, xml::Element change, std::string_view path,
                   std::string_view section, ChangedSection bit) {
  const std::size_t slash = section.rfind('/');
  const bool creates = change.attribute("operation") == "create" &&
                       path == section.substr(0, slash) && change.first_child() &&
                       change.first_child().is(section.substr(slash + 1));
  if (creates || is_within(path, section)) touched.sections |= static_cast<std::uint32_t>(bit);
}

Touched touched_by(xml::Element diff) {
  Touched touched;
  for (const xml::Element change : diff.children("change")) {
    const std::string_view path = change.attribute_or("path", {});
    touch_section(touched, change, path, "/cib/configuration/nodes", ChangedSection::kNodes);
    touch_section(touched, change, path, "/cib/configuration/alerts", ChangedSection::kAlerts);
    touch_section(touched, change, path, "/cib/status", ChangedSection::kStatus);
    const bool creates_configuration =
        path == "/cib" && change.first_child("configuration") != xml::Element();
    touched.configuration |= is_within(path, "/cib/configuration") || creates_configuration;
    touched.beyond_status |= !is_within(path, "/cib/status");
  }
  return touched;
}

base::Result<void> run(Editor& editor, const Request& request,
                       std::optional<xml::Document>& failures) {
  switch (request.operation) {
    case Operation::kCreate:
      return create(editor, request, failures);
    case Operation::kModify:
      return modify(editor, request);
    case Operation::kReplace:
      return replace(editor, request);
    case Operation::kDelete:
      return remove(editor, request);
    case Operation::kErase:
      return erase(editor);
    case Operation::kBump:
      return bump(editor);
    case Operation::kUpgrade:
      return upgrade(editor, kNewestSchema);
    case Operation::kApplyDiff:
      return apply_diff(editor, request);
    case Operation::kDeleteAlt:
      return Error{Errc::kInvalidArgument, "cib_delete_alt is no longer supported"};
    case Operation::kQuery:
      break;
  }
  return Error{Errc::kInternal, "not a modification"};
}

base::Result<void> check_feature_set(xml::Element root) {
  const std::string_view wanted = root.attribute_or("crm_feature_set", "0");
  if (std::is_lteq(compare_dotted(wanted, kFeatureSet))) return {};
  return Error{Errc::kVersion,
               base::cat("the CIB needs feature set ", wanted, ", this version has ", kFeatureSet)};
}

base::Result<void> check_schema(const xml::Document& document, const Schemas* schemas) {
  if (schemas == nullptr) return {};
  const auto violations = schemas->validate(document);
  if (!violations) return violations.error();
  if (violations->empty()) return {};
  const xml::Violation& first = violations->front();
  return Error{Errc::kSchema, base::cat("the CIB does not fit ",
                                        document.root().attribute_or("validate-with", "?"), ": ",
                                        first.element, ": ", first.message)};
}

void count_up(Editor& editor, bool configuration) {
  const Version now = read_version(editor.root());
  if (configuration) editor.set_attribute(editor.root(), "epoch", successor(now.epoch));
  editor.set_attribute(editor.root(), "num_updates",
                       configuration ? 0 : successor(now.num_updates));
}

void stamp(xml::Element root, const Origin& origin) {
  root.set_attribute("cib-last-written", origin.written);
  root.set_attribute("update-origin", origin.node);
  root.set_attribute("update-client", origin.client);
  root.set_attribute("update-user", origin.user);
}

void give(Outcome& outcome, xml::Document output) {
  outcome.output_owner = std::move(output);
  outcome.output = outcome.output_owner->root();
}

// What access control says of one request; nothing where it is off or does not concern the user.
class AccessGate {
 public:
  AccessGate(const xml::Document& document, const Origin& origin)
      : subject_{origin.user, origin.groups} {
    if (is_exempt(origin.user) || !access_control_enabled(document.root())) return;
    as_it_was_ = document.clone();
  }

  base::Result<void> check(const PatchWriter& inside, const PatchWriter& root_only,
                           xml::Element after) const {
    if (!as_it_was_) return {};
    if (root_only.has_changes()) {
      auto allowed = check_changes(root_only.diff(), as_it_was_->root(), after, subject_);
      if (!allowed) return allowed;
    }
    return check_changes(inside.diff(), as_it_was_->root(), after, subject_);
  }

  // Shows a refused document to who asked for it, as far as it may see it.
  void show(const xml::Document& refused, Outcome& outcome) const {
    if (!as_it_was_) {
      give(outcome, refused.clone());
    } else if (auto part =
                   readable_part(refused.root(), Permissions::of(subject_, refused.root()))) {
      give(outcome, std::move(*part));
    }
  }

 private:
  Subject subject_;
  std::optional<xml::Document> as_it_was_;
};

}  // namespace

Document Document::empty(const Schemas* schemas) {
  return Document(empty_cib(), schemas);
}

base::Result<Document> Document::adopt(xml::Document text, const Schemas* schemas) {
  xml::Element root = text.root();
  if (!root.is("cib")) {
    return Error{Errc::kInvalidArgument, base::cat("'", root.name(), "' is no CIB")};
  }
  for (const std::string_view counter : {"epoch", "num_updates", "admin_epoch"}) {
    const auto value = root.attribute(counter);
    if (!value || !base::parse_integer<int>(*value)) root.set_attribute(counter, 0);
  }
  if (!root.first_child("status")) root.append("status");
  return Document(std::move(text), schemas);
}

Outcome Document::apply(const Request& request) {
  return modifies(request.operation) ? change(request) : query(request);
}

Outcome Document::change(const Request& request) {
  Outcome outcome;
  outcome.before = outcome.after = version();
  const AccessGate gate(document_, request.origin);
  Editor editor(document_);
  std::optional<xml::Document> failures;
  outcome.verdict = run(editor, request, failures);
  if (outcome.verdict.ok()) outcome.verdict = check_feature_set(root());
  if (!outcome.verdict.ok()) {
    if (failures) give(outcome, std::move(*failures));
    return outcome;
  }
  PatchWriter writer;
  editor.describe(writer);
  Touched touched = touched_by(writer.diff());
  {
    // The root's own attributes are described twice: here to see whether there is any change, below
    // with the counters that depend on the answer.
    PatchWriter root_only;
    editor.describe_root(root_only);
    touched.beyond_status |= root_only.has_changes();
    if (!writer.has_changes() && !root_only.has_changes()) return outcome;
    outcome.verdict = gate.check(writer, root_only, root());
    if (!outcome.verdict) return outcome;
  }
  if (!request.options.has(CallOption::kInhibitBroadcast)) {
    count_up(editor, touched.configuration);
  }
  editor.describe_root(writer);
  const Version after = version();
  outcome.patchset = std::move(writer).finish(outcome.before, after);
  if (touched.beyond_status) outcome.verdict = check_schema(document_, schemas_);
  if (!outcome.verdict.ok()) {
    gate.show(document_, outcome);
    return outcome;
  }
  if (request.options.has(CallOption::kDryRun)) return outcome;
  if (touched.configuration && patch_digest_ == PatchDigest::kConfigurationChanges) {
    add_digest(*outcome.patchset, root());
  }
  editor.commit();
  if (touched.configuration && !request.options.has(CallOption::kNoMtime)) {
    stamp(root(), request.origin);
  }
  outcome.changed = true;
  outcome.configuration_changed = touched.configuration;
  outcome.after = after;
  if (request.operation == Operation::kReplace) outcome.changed_sections = touched.sections;
  if (request.operation == Operation::kErase) outcome.changed_sections = kAllSections;
  return outcome;
}

Version Document::version() const {
  return read_version(root());
}

Document Document::clone() const {
  Document copy(document_.clone(), schemas_);
  copy.patch_digest_ = patch_digest_;
  return copy;
}

std::string Document::digest() const {
  return document_digest(root());
}

base::Result<void> Document::validate() const {
  return check_schema(document_, schemas_);
}

}  // namespace systole::cib
