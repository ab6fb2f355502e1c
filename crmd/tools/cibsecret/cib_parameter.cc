#include "crmd/tools/cibsecret/cib_parameter.h"

#include "crmd/tools/node_lookup.h"
#include "lib/base/strings.h"
#include "lib/cib/request.h"
#include "lib/xml/document.h"

namespace systole::crmd::cibsecret {
namespace {

using base::Errc;
using base::Result;

constexpr std::string_view kSection = "resources";
constexpr std::string_view kSet = "instance_attributes";

bool is_resource(xml::Element element) {
  for (const char* tag : {"primitive", "template", "group", "clone", "master", "bundle"}) {
    if (element.is(tag)) return true;
  }
  return false;
}

}  // namespace

Result<CibParameter> CibParameter::find(client::CibClient& cib, const SecretName& name) {
  const Result<xml::Document> found = cib.query_xpath(
      base::cat("/cib/configuration/resources//*[@id=", xpath_literal(name.resource), "]"));
  const bool is_missing =
      found ? !is_resource(found->root()) : found.error().code == Errc::kNotFound;
  if (is_missing) {
    return {Errc::kNotFound, base::cat("the CIB has no resource '", name.resource, "'")};
  }
  if (!found) return found.error();
  CibParameter out;
  out.name_ = name;
  out.tag_ = found->root().name();
  out.set_ = base::cat(name.resource, "-", kSet);
  out.id_ = base::cat(out.set_, "-", name.parameter);
  for (const xml::Element set : found->root().children(kSet)) {
    for (const xml::Element pair : set.children("nvpair")) {
      if (pair.attribute_or("name", "") != name.parameter) continue;
      if (out.value_) {
        return {Errc::kNotUnique, base::cat("resource '", name.resource, "' has parameter '",
                                            name.parameter, "' in several sets")};
      }
      out.id_ = pair.id();
      out.value_ = pair.attribute_or("value", "");
    }
  }
  return out;
}

Result<void> CibParameter::set(client::CibClient& cib, std::string_view value) const {
  xml::Document input = xml::Document::create(value_ ? "nvpair" : tag_);
  xml::Element pair = input.root();
  if (!value_) {
    input.root().set_attribute("id", name_.resource);
    xml::Element set = input.root().append(kSet);
    set.set_attribute("id", set_);
    pair = set.append("nvpair");
  }
  pair.set_attribute("id", id_);
  pair.set_attribute("name", name_.parameter);
  pair.set_attribute("value", value);
  return cib.change({.operation = cib::Operation::kModify,
                     .target = std::string(kSection),
                     .input = input.root()});
}

Result<void> CibParameter::remove(client::CibClient& cib) const {
  if (!value_) return {};
  return cib.change(
      {.operation = cib::Operation::kDelete,
       .target = base::cat("/cib/configuration/resources//nvpair[@id=", xpath_literal(id_), "]"),
       .options = cib::CallOption::kXpath});
}

std::string CibParameter::describe_set(std::string_view value) const {
  return base::cat("Set '", name_.resource, "' option: id=", id_, value_ ? "" : " set=" + set_,
                   " name=", name_.parameter, " value=", value);
}

std::string CibParameter::describe_removal() const {
  return base::cat("Deleted '", name_.resource, "' option: id=", id_, " name=", name_.parameter);
}

}  // namespace systole::crmd::cibsecret
