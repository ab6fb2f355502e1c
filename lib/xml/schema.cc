#include "lib/xml/schema.h"

#include <libxml/relaxng.h>
#include <libxml/valid.h>
#include <unistd.h>

#include <climits>

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
  violations.push_back(Violation{
      .element = describe_element(node),
      .line = node != nullptr ? xmlGetLineNo(node) : error->line,
      .message =
          std::string(base::trim(error->message == nullptr ? "does not fit" : error->message))});
}

// Validation enters every attribute of type ID into a table of the document, where it would clash
// with later versions of itself.
void forget_ids(xmlDoc* document) {
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
  const int verdict = xmlRelaxNGValidateDoc(context.get(), document.raw());
  forget_ids(document.raw());
  if (verdict != 0 && violations.empty()) {
    violations.push_back(Violation{.element = describe_element(document.root().raw()),
                                   .line = document.root().line(),
                                   .message = "the document does not fit its schema"});
  }
  return violations;
}

}  // namespace systole::xml
