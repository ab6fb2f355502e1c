#pragma once

#include <string_view>
#include <vector>

#include "lib/cib_model/references.h"
#include "lib/model/configuration.h"
#include "lib/model/snapshot.h"
#include "lib/xml/element.h"

namespace systole::cib_model {

class Histories;

/// What the readers of a CIB's sections share: where text is kept and how references resolve.
class Reader {
 public:
  Reader(model::TextPool& pool, References& references) : pool_(pool), references_(references) {}

  model::TextPool& pool() { return pool_; }
  model::Text keep(std::string_view text) { return pool_.keep(text); }
  /// The text of an attribute, empty where it is absent.
  model::Text text(xml::Element element, std::string_view attribute);
  /// All attributes but those in `without`.
  std::vector<model::NameValue> attributes(xml::Element element, std::string_view without = {});

  model::RulePtr rule(xml::Element element);
  model::AttributeSet attribute_set(xml::Element element);
  /// The blocks called `tag` that are children of `parent`.
  model::AttributeSets attribute_sets(xml::Element parent, std::string_view tag);
  model::OperationConfig operation(xml::Element element);

  References& references() { return references_; }

 private:
  model::Condition date_expression(xml::Element element);

  model::TextPool& pool_;
  References& references_;
};

void read_resources(Reader& reader, xml::Element resources, model::Snapshot& snapshot);
void read_constraints(Reader& reader, xml::Element constraints, model::Snapshot& snapshot);
/// `histories`: what is not in the document, or nullptr.
void read_status(Reader& reader, xml::Element status, Histories* histories,
                 model::Snapshot& snapshot);

}  // namespace systole::cib_model
