#include "lib/cib_model/reader.h"

#include <memory>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

/// Values of a set's names appear in the order of the document; the first of a name counts.
void add_first(std::vector<model::NameValue>& values, model::NameValue value) {
  if (model::find_value(values, value.name) == nullptr) values.push_back(value);
}

}  // namespace

model::Text Reader::text(xml::Element element, std::string_view attribute) {
  return keep(element.attribute_or(attribute, {}));
}

std::vector<model::NameValue> Reader::attributes(xml::Element element, std::string_view without) {
  std::vector<model::NameValue> out;
  for (const xml::Attribute attribute : element.attributes()) {
    if (attribute.name != without) out.push_back({keep(attribute.name), keep(attribute.value)});
  }
  return out;
}

model::Condition Reader::date_expression(xml::Element element) {
  model::DateExpression out;
  out.operation = text(element, "operation");
  if (const auto start = element.attribute("start")) out.start = keep(*start);
  if (const auto end = element.attribute("end")) out.end = keep(*end);
  if (const xml::Element duration = element.first_child("duration")) {
    out.duration = attributes(duration, "id");
  }
  if (const xml::Element spec = element.first_child("date_spec")) {
    out.spec = attributes(references_.resolve(spec), "id");
  }
  return out;
}

model::RulePtr Reader::rule(xml::Element element) {
  auto out = std::make_shared<model::Rule>();
  element = references_.resolve(element);
  if (!element) {
    out->valid = false;
    return out;
  }
  out->id = text(element, "id");
  const std::string combine = base::to_lower(element.attribute_or("boolean-op", "and"));
  out->any = combine == "or";
  out->valid = combine == "or" || combine == "and";
  out->score = text(element, "score");
  out->score_attribute = text(element, "score-attribute");
  out->role = text(element, "role");
  const auto optional = [&](xml::Element from, std::string_view name) {
    const auto value = from.attribute(name);
    return value ? std::optional<model::Text>(keep(*value)) : std::nullopt;
  };
  for (const xml::Element child : element.children()) {
    if (child.is("rule")) {
      out->conditions.emplace_back(rule(child));
    } else if (child.is("expression")) {
      out->conditions.emplace_back(model::AttributeExpression{
          text(child, "attribute"), text(child, "operation"), optional(child, "value"),
          text(child, "value-source"), text(child, "type")});
    } else if (child.is("rsc_expression")) {
      out->conditions.emplace_back(model::AgentExpression{
          optional(child, "class"), optional(child, "provider"), optional(child, "type")});
    } else if (child.is("op_expression")) {
      out->conditions.emplace_back(
          model::OperationExpression{text(child, "name"), optional(child, "interval")});
    } else if (child.is("date_expression")) {
      out->conditions.push_back(date_expression(child));
    }
  }
  return out;
}

model::AttributeSet Reader::attribute_set(xml::Element element) {
  model::AttributeSet out;
  element = references_.resolve(element);
  if (!element) return out;
  out.id = text(element, "id");
  out.score = model::read_score(element.attribute_or("score", "0"), {}).value_or(base::Score());
  for (xml::Element child : element.children()) {
    if (child.is("rule")) {
      out.rule = rule(child);
    } else if (child.is("nvpair")) {
      const auto own_name = child.attribute("name");
      child = references_.resolve(child);
      if (!child || !child.attribute("value")) continue;
      add_first(out.values,
                {keep(own_name.value_or(child.attribute_or("name", {}))), text(child, "value")});
    }
  }
  return out;
}

model::AttributeSets Reader::attribute_sets(xml::Element parent, std::string_view tag) {
  model::AttributeSets out;
  if (!parent) return out;
  for (const xml::Element child : parent.children(tag)) out.push_back(attribute_set(child));
  return out;
}

model::OperationConfig Reader::operation(xml::Element element) {
  model::OperationConfig out;
  element = references_.resolve(element);
  if (!element) return out;
  out.id = text(element, "id");
  out.name = text(element, "name");
  out.interval_ms = model::read_interval_ms(element.attribute_or("interval", "0")).value_or(0);
  out.attributes = attributes(element, "id");
  out.meta = attribute_sets(element, "meta_attributes");
  out.parameters = attribute_sets(element, "instance_attributes");
  return out;
}

}  // namespace systole::cib_model
