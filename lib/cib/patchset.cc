#include "lib/cib/patchset.h"

#include "lib/base/strings.h"
#include "lib/cib/apply_changes.h"
#include "lib/cib/digest.h"
#include "lib/cib/editor.h"
#include "lib/cib/patch_writer.h"

namespace systole::cib {

using base::Errc;
using base::Error;

std::optional<xml::Document> create_patchset(xml::Element before, xml::Element after) {
  PatchWriter writer;
  std::string path;
  append_step(path, after);
  compare(writer, path, before, after);
  if (!writer.has_changes()) return std::nullopt;
  return std::move(writer).finish(read_version(before), read_version(after));
}

void add_digest(xml::Document& patchset, xml::Element after) {
  patchset.root().set_attribute("digest", document_digest(after));
}

base::Result<PatchVersions> patchset_versions(xml::Element patchset) {
  if (!patchset.is("diff") || patchset.attribute("format") != "2") {
    return Error{Errc::kInvalidArgument,
                 base::cat("'", patchset.name(), "' is no patchset of format 2")};
  }
  const xml::Element versions = patchset.first_child("version");
  const xml::Element source = versions ? versions.first_child("source") : xml::Element();
  const xml::Element target = versions ? versions.first_child("target") : xml::Element();
  if (!source || !target) {
    return Error{Errc::kInvalidArgument, "patchset names no source and target version"};
  }
  return PatchVersions{.source = read_version(source, 1), .target = read_version(target, 1)};
}

bool names_versions(xml::Element patchset) {
  return static_cast<bool>(patchset.first_child("version"));
}

base::Result<void> check_patch_versions(const PatchVersions& versions, const Version& current) {
  if (current < versions.source) {
    return {Errc::kNeedResync, base::cat("patchset starts at ", to_string(versions.source),
                                         ", the document is at ", to_string(current))};
  }
  if (current > versions.source || versions.target <= versions.source) {
    return {Errc::kOldData,
            base::cat("patchset from ", to_string(versions.source), " to ",
                      to_string(versions.target), " does not go beyond ", to_string(current))};
  }
  return {};
}

base::Result<void> apply_patchset(xml::Document& document, xml::Element patchset) {
  const auto versions = patchset_versions(patchset);
  if (!versions) return versions.error();
  auto current = check_patch_versions(*versions, read_version(document.root()));
  if (!current) return current;
  Editor editor(document);
  auto applied = apply_changes(editor, patchset);
  if (!applied) return applied;
  const auto digest = patchset.attribute("digest");
  if (digest && *digest != document_digest(document.root())) {
    return {Errc::kPatchFailed,
            base::cat("the result of the patchset to ", to_string(versions->target),
                      " does not have the digest that it promises")};
  }
  editor.commit();
  return {};
}

}  // namespace systole::cib
