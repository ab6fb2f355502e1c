#include "crmd/tools/crm_node/remove_node.h"

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/client/attribute_client.h"
#include "lib/client/cib_client.h"
#include "lib/client/control_message.h"
#include "lib/client/supervisor_client.h"
#include "lib/ipc/client.h"
#include "lib/ipc/endpoints.h"

namespace systole::crmd::crm_node {
namespace {

using base::Result;

constexpr std::string_view kTool = "crm_node";

struct Section {
  std::string_view name;
  std::string_view element;
};
constexpr Section kSections[] = {{"nodes", "node"}, {"status", "node_state"}};

Result<void> delete_from_cib(std::string_view attribute, const std::string& value) {
  const Result<std::unique_ptr<client::CibClient>> cib =
      client::open_cib(client::cib_source_from_environment(kTool));
  if (!cib) return cib.error();
  for (const Section& section : kSections) {
    xml::Document object = xml::Document::create(section.element);
    object.root().set_attribute(attribute, value);
    Result<void> deleted = (*cib)->change({.operation = cib::Operation::kDelete,
                                           .target = std::string(section.name),
                                           .options = cib::CallOption::kScopeLocal,
                                           .input = object.root()});
    if (!deleted && deleted.error().code != base::Errc::kNotFound) return deleted;
  }
  return {};
}

Result<void> fencer_forget_node(const std::string& id, const std::string& name) {
  const Result<std::unique_ptr<ipc::Client>> connection =
      ipc::Client::connect(ipc::endpoint::kFencer);
  if (!connection) return connection.error();
  client::ControlFrame frame(kTool);
  xml::Document message = frame.request({.task = "rm_node_cache", .subsystem = "stonith-ng"});
  if (!id.empty()) message.root().set_attribute("id", id);
  if (!name.empty()) message.root().set_attribute("uname", name);
  const Result<std::int32_t> sent = (*connection)->send(message.compact());
  if (!sent) return sent.error();
  return {};
}

/// A daemon that is not running has nothing to forget.
void note(std::string_view who, const Result<void>& result) {
  if (result) return;
  base::log(base::LogLevel::kWarning, "Could not tell ", who,
            " to forget the node: ", result.error().message);
}

}  // namespace

Result<void> remove_node(const std::string& name, client::ControllerClient& controller) {
  const bool is_id = base::parse_integer<unsigned>(name).has_value();
  const std::string id = is_id ? name : "";
  const std::string uname = is_id ? "" : name;
  if (Result<void> told = controller.forget_node(id, uname); !told) return told;
  note("the fencer", fencer_forget_node(id, uname));
  const std::string_view attribute = is_id ? "id" : "uname";
  if (Result<void> deleted = delete_from_cib(attribute, name); !deleted) return deleted;

  Result<std::unique_ptr<client::AttributeClient>> attributes =
      client::AttributeClient::connect(kTool);
  note("attrd",
       attributes ? (*attributes)->forget_node(id, uname) : Result<void>(attributes.error()));
  note("pacemakerd", client::supervisor_forget_node(kTool, id, uname));
  // A daemon that had not forgotten yet may have written the node's state once more.
  return delete_from_cib(attribute, name);
}

}  // namespace systole::crmd::crm_node
