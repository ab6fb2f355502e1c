#include "lib/xml/xpath.h"

#include <libxml/xpath.h>

#include <memory>
#include <unordered_map>

#include "lib/base/strings.h"
#include "lib/xml/library.h"

namespace systole::xml {
namespace {

using base::Errc;
using base::Error;

struct FreeContext {
  void operator()(xmlXPathContext* context) const { xmlXPathFreeContext(context); }
};
struct FreeCompiled {
  void operator()(xmlXPathCompExpr* compiled) const { xmlXPathFreeCompExpr(compiled); }
};
struct FreeObject {
  void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
};

// Steps of the evaluator; enough for many walks through a large document, and half a second at
// most.
constexpr unsigned long kMaxSteps = 20'000'000;
constexpr std::size_t kMaxExpressionBytes = 64 * 1024;
constexpr std::size_t kCachedExpressions = 256;

void keep_error(void* raw, xmlErrorPtr error) {
  auto& kept = *static_cast<std::string*>(raw);
  if (kept.empty() && error->message != nullptr) kept = base::trim(error->message);
}

// One per thread: setting up a context registers all functions of XPath, which costs more than most
// evaluations.
class Engine {
 public:
  Engine() : context_((prepare_library(), xmlXPathNewContext(nullptr))) {
    CHECK(context_ != nullptr);
    context_->error = keep_error;
    context_->userData = &problem_;
  }

  base::Result<std::vector<Element>> run(Element where, std::string_view expression) {
    problem_.clear();
    xmlXPathCompExpr* compiled = compile(expression);
    if (compiled == nullptr) return failure(expression, "is not an XPath expression");
    context_->doc = where.raw()->doc;
    context_->node = where.raw();
    context_->opLimit = kMaxSteps;
    context_->opCount = 0;
    const std::unique_ptr<xmlXPathObject, FreeObject> found(
        xmlXPathCompiledEval(compiled, context_.get()));
    context_->doc = nullptr;
    context_->node = nullptr;
    if (found == nullptr) return failure(expression, "cannot be evaluated");
    if (found->type != XPATH_NODESET) return failure(expression, "does not select elements");
    return elements(found->nodesetval);
  }

 private:
  xmlXPathCompExpr* compile(std::string_view expression) {
    if (expression.size() > kMaxExpressionBytes) return nullptr;
    std::string key(expression);
    const auto cached = compiled_.find(key);
    if (cached != compiled_.end()) return cached->second.get();
    Compiled compiled(
        xmlXPathCtxtCompile(context_.get(), reinterpret_cast<const xmlChar*>(key.c_str())));
    if (compiled == nullptr) return nullptr;
    if (compiled_.size() >= kCachedExpressions) compiled_.clear();
    return compiled_.emplace(std::move(key), std::move(compiled)).first->second.get();
  }

  Error failure(std::string_view expression, std::string_view what) const {
    return {Errc::kInvalidArgument, problem_.empty()
                                        ? base::cat("'", expression, "' ", what)
                                        : base::cat("'", expression, "' ", what, ": ", problem_)};
  }

  static std::vector<Element> elements(const xmlNodeSet* nodes) {
    std::vector<Element> out;
    const int count = nodes == nullptr ? 0 : nodes->nodeNr;
    out.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      xmlNode* node = nodes->nodeTab[i];
      if (node->type == XML_ATTRIBUTE_NODE) node = node->parent;
      if (node->type == XML_DOCUMENT_NODE) node = xmlDocGetRootElement(node->doc);
      if (node == nullptr || node->type != XML_ELEMENT_NODE) continue;
      if (out.empty() || out.back() != Element(node)) out.push_back(Element(node));
    }
    return out;
  }

  using Compiled = std::unique_ptr<xmlXPathCompExpr, FreeCompiled>;
  std::unique_ptr<xmlXPathContext, FreeContext> context_;
  std::unordered_map<std::string, Compiled> compiled_;
  std::string problem_;
};

// One step of a path, "tag" or "tag[@id='x']", taken from the front of `path`.
struct Step {
  std::string_view tag;
  std::string_view id;
  bool has_id = false;
};

bool take_step(std::string_view& path, Step& step) {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  const std::size_t end = path.find_first_of("/[");
  step.tag = path.substr(0, end);
  step.has_id = false;
  path.remove_prefix(step.tag.size());
  if (path.empty() || path.front() == '/') return !step.tag.empty();
  constexpr std::string_view kOpen = "[@id='";
  constexpr std::string_view kClose = "']";
  const std::size_t close = path.find(kClose);
  if (path.substr(0, kOpen.size()) != kOpen || close == std::string_view::npos) return false;
  step.id = path.substr(kOpen.size(), close - kOpen.size());
  step.has_id = true;
  path.remove_prefix(close + kClose.size());
  return !step.tag.empty();
}

bool matches(Element element, const Step& step) {
  if (!element.is(step.tag) || element.is_comment()) return false;
  return !step.has_id || element.attribute("id") == step.id;
}

}  // namespace

base::Result<std::vector<Element>> xpath(Element context, std::string_view expression) {
  static thread_local Engine engine;
  return engine.run(context, expression);
}

std::string path_of(Element element) {
  std::vector<Element> steps;
  for (Element step = element; step; step = step.parent()) steps.push_back(step);
  std::string out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    out.append("/").append(step->name());
    if (const auto id = step->attribute("id")) out.append("[@id='").append(*id).append("']");
  }
  return out;
}

Element at_path(Element root, std::string_view path) {
  Step step;
  if (!take_step(path, step) || !matches(root, step)) return Element();
  Element at = root;
  while (!path.empty()) {
    if (!take_step(path, step)) return Element();
    Element next = at.first_child();
    while (next && !matches(next, step)) next = next.next();
    if (!next) return Element();
    at = next;
  }
  return at;
}

}  // namespace systole::xml
