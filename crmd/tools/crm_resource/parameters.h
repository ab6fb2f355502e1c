#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crmd/tools/crm_resource/context.h"
#include "lib/base/result.h"

namespace systole::crmd::crm_resource {

/// An attribute of a resource, as commands name it.
struct AttributeSpec {
  std::string tag = "instance_attributes";  ///< of the sets to look in
  std::string name;
  std::string set = {};  ///< only in the set with this id; empty: any
  std::string id = {};   ///< only the nvpair with this id; empty: any
};

/// An attribute found.
struct AttributeMatch {
  std::string id;
  std::string value;
};

/// The attribute in the sets of `resource` itself. kNotUnique when several fit, after listing them.
base::Result<std::optional<AttributeMatch>> find_attribute(Context& context,
                                                           std::string_view resource,
                                                           const AttributeSpec& spec);

/// Sets it, in a new set where there is none, and says so.
base::Result<void> set_attribute(Context& context, const std::string& resource,
                                 const AttributeSpec& spec, const std::string& value);

/// Deletes it and says so; nothing happens when there is none.
base::Result<void> delete_attribute(Context& context, const std::string& resource,
                                    const AttributeSpec& spec);

/// Id of the resource as configured: without the number of an instance.
std::string configured_id(const policy::Resource& resource);

}  // namespace systole::crmd::crm_resource
