#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/xml/document.h"

struct _xmlRelaxNG;

namespace systole::xml {

/// One place where a document does not fit its schema.
struct Violation {
  std::string element;  ///< tag, with its id when it has one: "primitive 'web'"
  long line = 0;        ///< in the text the document was parsed from; 0 when unknown
  std::string message;
  /// An attribute names an id that no element has: said of documents that are else in order.
  bool is_reference = false;
  bool operator==(const Violation&) const = default;
};

/// A compiled RELAX NG grammar. Belongs to one thread at a time.
class Schema {
 public:
  /// Reads the grammar from a file, with the files that it includes. Errors: kNoSuchFile, kSchema.
  static base::Result<Schema> load(const std::string& path);
  /// A grammar in one text, without includes.
  static base::Result<Schema> parse(std::string_view text);

  /// Empty when the document is valid.
  std::vector<Violation> validate(const Document& document) const;

 private:
  struct Free {
    void operator()(_xmlRelaxNG* schema) const;
  };
  explicit Schema(_xmlRelaxNG* schema) : schema_(schema) {}
  std::unique_ptr<_xmlRelaxNG, Free> schema_;
};

}  // namespace systole::xml
