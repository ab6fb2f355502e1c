#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/xml/element.h"

struct _xmlDoc;

namespace systole::xml {

/// What untrusted text may cost. The parser refuses more than 256 levels whatever is asked.
struct Limits {
  std::size_t max_bytes = std::size_t{256} << 20;
  int max_depth = 200;
};

/// Whether text between tags is kept. The CIB and the daemons' messages have none that counts;
/// agents' metadata has.
enum class Text { kDrop, kKeep };

/// What is done with some elements while a document is being read, so that those that are many and
/// needed only once never stand in memory together.
struct Harvest {
  std::string_view tag;  ///< of the elements
  /// Reading begins. It may begin again, and then nothing counts that was taken before.
  std::function<void()> begin;
  /// An element is complete, with everything in it. True: it is left out of the document.
  std::function<bool(Element)> take;
};

/// An XML tree with one root element. Move-only; clone() copies. A document and its views belong to
/// one thread at a time.
class Document {
 public:
  /// Reads one document. DTDs, entities, processing instructions and network access do not exist
  /// here: a DOCTYPE is an error. The message of an error names the line. Errors: kTooLarge for a
  /// limit, kInvalidArgument for text that is not well-formed. Text that is not, but in the one way
  /// in which Pacemaker's clients leave out escapes (repair.h), is read as they meant it.
  static base::Result<Document> parse(std::string_view text, const Limits& limits = {},
                                      Text between_tags = Text::kDrop,
                                      const Harvest* harvest = nullptr);

  /// A document whose root is an empty element.
  static Document create(std::string_view root_name);
  /// A document whose root is a copy of the subtree.
  static Document copy_of(Element source);
  Document clone() const { return copy_of(root()); }

  Element root() const;

  /// XML on one line, well-formed, without declaration: what goes over IPC.
  std::string compact() const;
  /// Two spaces a level and a newline after each element: what goes to files and people.
  std::string indented() const;

  _xmlDoc* raw() const { return document_.get(); }

 private:
  struct Free {
    void operator()(_xmlDoc* document) const;
  };
  explicit Document(_xmlDoc* document) : document_(document) {}
  struct Reading {
    const Limits& limits;
    Text between_tags;
    const Harvest* harvest;
  };
  static base::Result<Document> parse_strictly(std::string_view text, const Reading& reading);

  std::unique_ptr<_xmlDoc, Free> document_;
};

}  // namespace systole::xml
