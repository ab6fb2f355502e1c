#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
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

/// A start tag. Valid only while it is being handed over.
struct StartTag {
  std::string_view name;
  std::span<const Attribute> attributes;
};

/// What is done with some elements while a document is being read, so that those that are many and
/// needed only once never stand in memory, and no tree is made of them.
struct Harvest {
  std::string_view tag;  ///< of the elements
  /// Reading begins. It may begin again, and then nothing counts that was taken before.
  std::function<void()> begin;
  /// Whether such an element is wanted inside `parent`. It is then left out of the document with
  /// everything in it.
  std::function<bool(Element parent)> wants;
  /// A start tag of such an element (`depth` 0) or of one in it, so many levels below.
  std::function<void(const StartTag& start, int depth)> take;
};

/// Puts the next bytes of a text into the buffer and says how many; 0 at its end.
using Source = std::function<std::size_t(std::span<char> buffer)>;

/// An XML tree with one root element. Move-only; clone() copies. A document and its views belong to
/// one thread at a time.
class Document {
 public:
  /// Reads one document. DTDs, entities, processing instructions and network access do not exist
  /// here: a DOCTYPE is an error. The message of an error names the line. Errors: kTooLarge for a
  /// limit, kInvalidArgument for text without any element, kSchema for text that is not
  /// well-formed. Text that is not, but in the one way in which Pacemaker's clients leave out
  /// escapes (repair.h), is read as they meant it.
  static base::Result<Document> parse(std::string_view text, const Limits& limits = {},
                                      Text between_tags = Text::kDrop,
                                      const Harvest* harvest = nullptr);
  /// The same for text that comes in pieces and is never whole in memory. What clients left
  /// unescaped is an error here.
  static base::Result<Document> read(const Source& source, const Limits& limits = {},
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
  static base::Result<Document> parse_strictly(const Source& source, const Reading& reading);

  std::unique_ptr<_xmlDoc, Free> document_;
};

}  // namespace systole::xml
