#include "lib/xml/document.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <vector>

#include "lib/base/strings.h"
#include "lib/xml/characters.h"
#include "lib/xml/library.h"
#include "lib/xml/repair.h"
#include "lib/xml/write.h"

namespace systole::xml {
namespace {

using base::Errc;
using base::Error;

struct FreeContext {
  void operator()(xmlParserCtxt* context) const {
    if (context->myDoc != nullptr) xmlFreeDoc(context->myDoc);
    xmlFreeParserCtxt(context);
  }
};
using Context = std::unique_ptr<xmlParserCtxt, FreeContext>;

// What our own handlers know; lives behind the context's private pointer.
struct Handling {
  bool refused_doctype = false;
  const Harvest* harvest = nullptr;
  const xmlChar* harvested = nullptr;      // the tag, as the context's dictionary has it
  int depth = 0;                           // of open elements that are being harvested
  std::vector<Attribute> attributes = {};  // of the start tag that is being handed over
};

std::string_view between(const xmlChar* begin, const xmlChar* end) {
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

void refuse_doctype(void* raw, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* context = static_cast<xmlParserCtxt*>(raw);
  static_cast<Handling*>(context->_private)->refused_doctype = true;
  xmlStopParser(context);
}

void ignore_text(void*, const xmlChar*, int) {}
void ignore_instruction(void*, const xmlChar*, const xmlChar*) {}

/// Hands a start tag over. libxml2 gives five pointers for each attribute: its name, prefix and
/// namespace, and where its value begins and ends.
void harvest(Handling& handling, const xmlChar* name, std::span<const xmlChar*> attributes) {
  handling.attributes.clear();
  for (; !attributes.empty(); attributes = attributes.subspan(5)) {
    handling.attributes.push_back({view(attributes[0]), between(attributes[3], attributes[4])});
  }
  handling.harvest->take({view(name), handling.attributes}, handling.depth++);
}

void start_or_harvest(void* raw, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri,
                      int namespace_count, const xmlChar** namespaces, int attribute_count,
                      int defaulted, const xmlChar** attributes) {
  auto* const context = static_cast<xmlParserCtxt*>(raw);
  auto& handling = *static_cast<Handling*>(context->_private);
  const bool harvests =
      handling.depth > 0 || (name == handling.harvested && context->node != nullptr &&
                             handling.harvest->wants(Element(context->node)));
  if (harvests) {
    harvest(handling, name, {attributes, 5 * static_cast<std::size_t>(attribute_count)});
  } else {
    xmlSAX2StartElementNs(raw, name, prefix, uri, namespace_count, namespaces, attribute_count,
                          defaulted, attributes);
  }
}

void end_or_harvest(void* raw, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri) {
  auto& handling = *static_cast<Handling*>(static_cast<xmlParserCtxt*>(raw)->_private);
  if (handling.depth > 0) {
    --handling.depth;
  } else {
    xmlSAX2EndElementNs(raw, name, prefix, uri);
  }
}

void comment_or_nothing(void* raw, const xmlChar* text) {
  const auto& handling = *static_cast<Handling*>(static_cast<xmlParserCtxt*>(raw)->_private);
  if (handling.depth == 0) xmlSAX2Comment(raw, text);
}

Context make_context(Handling& handling, Text between_tags) {
  Context context(xmlNewParserCtxt());
  CHECK(context != nullptr);
  context->_private = &handling;
  context->sax->internalSubset = refuse_doctype;
  context->sax->processingInstruction = ignore_instruction;
  if (between_tags == Text::kDrop) {
    context->sax->characters = ignore_text;
    context->sax->cdataBlock = ignore_text;
    context->sax->ignorableWhitespace = ignore_text;
  }
  if (handling.harvest != nullptr) {
    const std::string_view tag = handling.harvest->tag;
    handling.harvested = xmlDictLookup(context->dict, reinterpret_cast<const xmlChar*>(tag.data()),
                                       static_cast<int>(tag.size()));
    context->sax->startElementNs = start_or_harvest;
    context->sax->endElementNs = end_or_harvest;
    context->sax->comment = comment_or_nothing;
    handling.harvest->begin();
  }
  return context;
}

int depth_of(const xmlNode* root) {
  int depth = 1;
  int deepest = 1;
  for (const xmlNode* node = root;;) {
    deepest = std::max(deepest, depth);
    if (node->type == XML_ELEMENT_NODE && node->children != nullptr) {
      node = node->children;
      ++depth;
      continue;
    }
    while (node != root && node->next == nullptr) {
      node = node->parent;
      --depth;
    }
    if (node == root) return deepest;
    node = node->next;
  }
}

Error parse_error(const xmlParserCtxt& context, const Handling& handling) {
  if (handling.refused_doctype) {
    return {Errc::kInvalidArgument,
            base::cat("line ", context.input == nullptr ? 0 : context.input->line,
                      ": document type declarations are not allowed")};
  }
  const xmlError& last = context.lastError;
  const std::string_view why = last.message == nullptr ? "not well-formed" : last.message;
  const bool limit = last.code == XML_ERR_NAME_TOO_LONG || why.find("Excessive depth") == 0;
  const bool has_element = last.code != XML_ERR_DOCUMENT_EMPTY;
  const Errc malformed = has_element ? Errc::kSchema : Errc::kInvalidArgument;
  return {limit ? Errc::kTooLarge : malformed,
          base::cat("line ", last.line, ": ", base::trim(why))};
}

Error too_large(std::size_t size, const Limits& limits) {
  return {Errc::kTooLarge,
          base::cat("XML of ", size, " bytes is over the limit of ", limits.max_bytes)};
}

/// Text on its way into the parser.
struct Feed {
  const Source& source;
  std::size_t most;       ///< bytes that are accepted
  std::size_t given = 0;  ///< of them more than `most`: the text was cut off there
};

int feed_parser(void* raw, char* buffer, int size) {
  auto& feed = *static_cast<Feed*>(raw);
  if (feed.given > feed.most) return 0;
  const std::size_t got = feed.source({buffer, static_cast<std::size_t>(size)});
  feed.given += got;
  return static_cast<int>(got);
}

xmlDoc* new_document() {
  prepare_library();
  xmlDoc* document = xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0"));
  CHECK(document != nullptr);
  // Names are shared through the dictionary: less memory and allocation for repetitive documents.
  document->dict = xmlDictCreate();
  CHECK(document->dict != nullptr);
  return document;
}

}  // namespace

void Document::Free::operator()(_xmlDoc* document) const {
  xmlFreeDoc(document);
}

base::Result<Document> Document::parse(std::string_view text, const Limits& limits,
                                       Text between_tags, const Harvest* harvest) {
  const Reading reading{limits, between_tags, harvest};
  auto document = parse_strictly(text, reading);
  if (document || document.error().code != Errc::kSchema) return document;
  const auto repaired = repair_unescaped_values(text);
  if (!repaired) return document;
  auto second = parse_strictly(*repaired, reading);
  // Places in the repaired text would mean nothing to whoever wrote the other one.
  return second ? std::move(second) : std::move(document);
}

base::Result<Document> Document::read(const Source& source, const Limits& limits, Text between_tags,
                                      const Harvest* harvest) {
  return parse_strictly(source, {limits, between_tags, harvest});
}

base::Result<Document> Document::parse_strictly(std::string_view text, const Reading& reading) {
  if (text.size() > reading.limits.max_bytes) return too_large(text.size(), reading.limits);
  if (base::trim(text).empty()) return Error{Errc::kInvalidArgument, "empty XML document"};
  // In pieces, too: libxml2 copies what it is given at once.
  const Source source = [rest = text](std::span<char> buffer) mutable {
    const std::string_view piece = rest.substr(0, buffer.size());
    std::copy(piece.begin(), piece.end(), buffer.begin());
    rest.remove_prefix(piece.size());
    return piece.size();
  };
  return parse_strictly(source, reading);
}

base::Result<Document> Document::parse_strictly(const Source& source, const Reading& reading) {
  prepare_library();
  Handling handling{.harvest = reading.harvest};
  const Context context = make_context(handling, reading.between_tags);
  // Without document types there are no entities but those of XML itself; replacing them at once
  // lets what is harvested see what is meant.
  constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                           XML_PARSE_COMPACT | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES |
                           XML_PARSE_NOENT;
  Feed feed{source, reading.limits.max_bytes};
  xmlDoc* parsed =
      xmlCtxtReadIO(context.get(), feed_parser, nullptr, &feed, nullptr, nullptr, kOptions);
  const Limits& limits = reading.limits;
  if (feed.given > limits.max_bytes) {
    if (parsed != nullptr) xmlFreeDoc(parsed);
    return too_large(feed.given, limits);
  }
  if (parsed == nullptr) return parse_error(*context, handling);
  Document document(parsed);
  const xmlNode* root = xmlDocGetRootElement(parsed);
  if (handling.refused_doctype || root == nullptr) return parse_error(*context, handling);
  if (depth_of(root) > limits.max_depth) {
    return Error{Errc::kTooLarge,
                 base::cat("XML is nested more than ", limits.max_depth, " levels deep")};
  }
  return document;
}

Document Document::create(std::string_view root_name) {
  Document document(new_document());
  xmlNode* root =
      xmlNewDocNode(document.raw(), nullptr,
                    reinterpret_cast<const xmlChar*>(std::string(root_name).c_str()), nullptr);
  CHECK(root != nullptr);
  xmlDocSetRootElement(document.raw(), root);
  return document;
}

Document Document::copy_of(Element source) {
  Document document(new_document());
  xmlNode* root = xmlDocCopyNode(source.raw(), document.raw(), 1);
  CHECK(root != nullptr);
  xmlDocSetRootElement(document.raw(), root);
  return document;
}

Element Document::root() const {
  return Element(xmlDocGetRootElement(document_.get()));
}

std::string Document::compact() const {
  return to_string(root());
}

std::string Document::indented() const {
  return to_string(root(), WriteOptions{.layout = Layout::kIndented});
}

}  // namespace systole::xml
