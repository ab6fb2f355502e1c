#include "lib/xml/schema.h"

#include <libxml/relaxng.h>
#include <libxml/valid.h>
#include <libxml/xmlerror.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <tuple>

#include "lib/base/strings.h"
#include "lib/xml/library.h"

namespace systole::xml {
namespace {

using base::Errc;
using base::Error;

struct FreeParser {
  void operator()(xmlRelaxNGParserCtxt* context) const { xmlRelaxNGFreeParserCtxt(context); }
};
using Parser = std::unique_ptr<xmlRelaxNGParserCtxt, FreeParser>;

struct FreeValidation {
  void operator()(xmlRelaxNGValidCtxt* context) const { xmlRelaxNGFreeValidCtxt(context); }
};

constexpr std::size_t kMaxViolations = 100;

std::string describe_element(const xmlNode* node) {
  while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->parent;
  if (node == nullptr) return {};
  const Element element(const_cast<xmlNode*>(node));
  const auto id = element.attribute("id");
  return id ? base::cat(element.name(), " '", *id, "'") : std::string(element.name());
}

void collect(void* raw, xmlErrorPtr error) {
  auto& violations = *static_cast<std::vector<Violation>*>(raw);
  if (violations.size() >= kMaxViolations) return;
  const auto* node = static_cast<const xmlNode*>(error->node);
  violations.push_back(Violation{.element = describe_element(node),
                                 .line = node != nullptr ? xmlGetLineNo(node) : error->line,
                                 .message = std::string(base::trim(
                                     error->message == nullptr ? "does not fit" : error->message)),
                                 .is_reference = error->domain == XML_FROM_VALID});
}

/// References are checked behind the validator's back: what they violate is only said to the
/// handler of the thread.
class CollectFromThread {
 public:
  explicit CollectFromThread(std::vector<Violation>* violations)
      : handler_(xmlStructuredError), context_(xmlStructuredErrorContext) {
    xmlSetStructuredErrorFunc(violations, collect);
  }
  ~CollectFromThread() { xmlSetStructuredErrorFunc(context_, handler_); }
  CollectFromThread(const CollectFromThread&) = delete;
  CollectFromThread& operator=(const CollectFromThread&) = delete;

 private:
  xmlStructuredErrorFunc handler_;
  void* context_;
};

/// References come in the order of a hash table, and more than once where the validator tried
/// several ways to read an element.
void sort_references(std::vector<Violation>& violations) {
  const auto first = std::stable_partition(violations.begin(), violations.end(),
                                           [](const Violation& one) { return !one.is_reference; });
  std::sort(first, violations.end(), [](const Violation& a, const Violation& b) {
    return std::tie(a.line, a.element, a.message) < std::tie(b.line, b.element, b.message);
  });
  violations.erase(std::unique(first, violations.end()), violations.end());
}

// Validation enters every attribute of type ID into a table of the document, where it would clash
// with later versions of itself, and every reference into another, where it would outlive its
// attribute.
void forget_ids(xmlDoc* document) {
  if (document->refs != nullptr) {
    xmlFreeRefTable(static_cast<xmlRefTable*>(document->refs));
    document->refs = nullptr;
  }
  if (document->ids == nullptr) return;
  const xmlNode* root = xmlDocGetRootElement(document);
  for (const xmlNode* node = root; node != nullptr;) {
    if (node->type == XML_ELEMENT_NODE) {
      for (xmlAttr* attribute = node->properties; attribute != nullptr;
           attribute = attribute->next) {
        if (attribute->atype == XML_ATTRIBUTE_ID) attribute->atype = xmlAttributeType{};
      }
      if (node->children != nullptr) {
        node = node->children;
        continue;
      }
    }
    while (node != root && node->next == nullptr) node = node->parent;
    node = node == root ? nullptr : node->next;
  }
  xmlFreeIDTable(static_cast<xmlIDTable*>(document->ids));
  document->ids = nullptr;
}

base::Result<xmlRelaxNG*> compile(const Parser& parser, std::string_view what) {
  std::vector<Violation> problems;
  xmlRelaxNGSetParserStructuredErrors(parser.get(), collect, &problems);
  xmlRelaxNG* schema = xmlRelaxNGParse(parser.get());
  if (schema != nullptr) return schema;
  return Error{Errc::kSchema,
               problems.empty() ? base::cat("schema ", what, " is not usable")
                                : base::cat("schema ", what, " is not usable: line ",
                                            problems.front().line, ": ", problems.front().message)};
}

}  // namespace

void Schema::Free::operator()(_xmlRelaxNG* schema) const {
  xmlRelaxNGFree(schema);
}

base::Result<Schema> Schema::load(const std::string& path) {
  prepare_library();
  if (access(path.c_str(), R_OK) != 0) {
    return Error{Errc::kNoSuchFile, base::cat("schema file ", path, " cannot be read")};
  }
  const Parser parser(xmlRelaxNGNewParserCtxt(path.c_str()));
  CHECK(parser != nullptr);
  const auto schema = compile(parser, path);
  if (!schema) return schema.error();
  return Schema(*schema);
}

base::Result<Schema> Schema::parse(std::string_view text) {
  prepare_library();
  if (text.size() > INT_MAX) return Error{Errc::kTooLarge, "schema text is too large"};
  const Parser parser(xmlRelaxNGNewMemParserCtxt(text.data(), static_cast<int>(text.size())));
  CHECK(parser != nullptr);
  const auto schema = compile(parser, "text");
  if (!schema) return schema.error();
  return Schema(*schema);
}

std::vector<Violation> Schema::validate(const Document& document) const {
  const std::unique_ptr<xmlRelaxNGValidCtxt, FreeValidation> context(
      xmlRelaxNGNewValidCtxt(schema_.get()));
  CHECK(context != nullptr);
  std::vector<Violation> violations;
  xmlRelaxNGSetValidStructuredErrors(context.get(), collect, &violations);
  forget_ids(document.raw());
  int verdict = 0;
  {
    const CollectFromThread references(&violations);
    verdict = xmlRelaxNGValidateDoc(context.get(), document.raw());
  }
  forget_ids(document.raw());
  sort_references(violations);
  if (verdict != 0 && violations.empty()) {
    violations.push_back(Violation{.element = describe_element(document.root().raw()),
                                   .line = document.root().line(),
                                   .message = "the document does not fit its schema"});
  }
  return violations;
}

}  // namespace systole::xml
