#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "lib/model/snapshot.h"
#include "lib/xml/document.h"

namespace systole::cib_model {

/// The history of one resource (`lrm_resource`), its text kept in `pool`. Text that `last`, the
/// history before it, has in the same place is shared: most of what is recorded repeats itself.
model::HistoryResource read_history(model::TextPool& pool, xml::Element element,
                                    const model::HistoryResource* last);

/// The histories of a CIB, read while its text is being parsed and left out of the document. They
/// are nine tenths of the text of a large cluster that runs, and take five times as much memory in
/// a document as what a plan needs of them.
class Histories {
 public:
  Histories() = default;
  Histories(const Histories&) = delete;
  Histories& operator=(const Histories&) = delete;

  /// What the parser is to be given; refers to this. Histories stay in documents whose language has
  /// to be rewritten first.
  xml::Harvest harvest();

  /// Where the text lives.
  std::shared_ptr<model::TextPool> pool() const { return pool_; }
  /// What was in the list (`lrm_resources`), in order; gives it away.
  std::vector<model::HistoryResource> take(xml::Element list);

 private:
  bool wants(xml::Element list);
  void take(const xml::StartTag& start, int depth);

  std::shared_ptr<model::TextPool> pool_ = std::make_shared<model::TextPool>();
  std::optional<bool> is_readable_;  ///< nothing is known before the first one
  std::unordered_map<const void*, std::vector<model::HistoryResource>> by_list_;
  std::vector<model::HistoryResource>* open_ = nullptr;  ///< of the list being read
};

}  // namespace systole::cib_model
