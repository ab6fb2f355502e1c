#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/cib/request.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"

namespace systole::cib {

class Schemas;

/// Whether patchsets carry the digest of the whole result. It needs the text of everything, which a
/// change of the status section should not pay for; clients do without.
enum class PatchDigest { kNever, kConfigurationChanges };

/// The configuration and status of a cluster, with its version. A deterministic state machine: the
/// same requests in the same order give the same bytes on every replica. It reads no clock, file or
/// environment; a request that fails, or is a dry run, leaves no trace.
class Document {
 public:
  /// An empty CIB of the newest schema. `schemas` may be null: nothing is validated then. It must
  /// outlive the document.
  static Document empty(const Schemas* schemas = nullptr);

  /// Takes over a CIB as read from a file, peer or client. Missing counters become 0 and a missing
  /// status section an empty one. Error: kInvalidArgument when the root is no `cib`. It is not
  /// validated, see validate(); one with a newer feature set than ours can be read but not changed.
  static base::Result<Document> adopt(xml::Document text, const Schemas* schemas = nullptr);

  /// Does what the request says and counts the version up; see Outcome. Where access control is in
  /// force, a user sees and changes what access.h lets it; kPermission otherwise.
  Outcome apply(const Request& request);

  Version version() const;
  xml::Element root() const { return document_.root(); }
  const xml::Document& xml() const { return document_; }
  /// An independent copy with the same schemas.
  Document clone() const;

  /// The digest by which replicas and clients compare whole documents.
  std::string digest() const;
  /// kSchema, naming the first place that does not fit, when the document violates its schema.
  base::Result<void> validate() const;

  void set_patch_digest(PatchDigest when) { patch_digest_ = when; }

 private:
  Document(xml::Document document, const Schemas* schemas)
      : document_(std::move(document)), schemas_(schemas) {}

  Outcome query(const Request& request) const;
  static Outcome query_in(xml::Element root, const Request& request);
  Outcome change(const Request& request);

  xml::Document document_;
  const Schemas* schemas_ = nullptr;
  PatchDigest patch_digest_ = PatchDigest::kConfigurationChanges;
};

}  // namespace systole::cib
