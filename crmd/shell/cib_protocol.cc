#include "crmd/shell/cib_protocol.h"

#include <array>
#include <utility>

#include "crmd/shell/element_text.h"
#include "lib/base/strings.h"
#include "lib/cib/patchset.h"
#include "lib/xml/document.h"
#include "lib/xml/write.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;
using xml::Element;

constexpr std::array<std::pair<std::string_view, CibNotice>, 5> kNotices = {{
    {"cib_diff_notify", CibNotice::kDiff},
    {"cib_refresh_notify", CibNotice::kRefresh},
    {"cib_update_confirmation", CibNotice::kConfirmation},
    {"cib_pre_notify", CibNotice::kPre},
    {"cib_post_notify", CibNotice::kPost},
}};

CibSubscription subscription(Element message) {
  CibSubscription out;
  const std::string_view kind = message.attribute_or("cib_notify_type", {});
  for (const auto& [name, notice] : kNotices) {
    if (name == kind) out.notice = notice;
  }
  const auto active = base::parse_bool(message.attribute_or("cib_notify_activate", "0"));
  out.active = active.value_or(false);
  return out;
}

Result<CibMessage> operation(Element message, std::string_view name) {
  const std::string_view options = message.attribute_or("cib_callopt", "0");
  const auto bits = base::parse_integer<std::int64_t>(options);
  if (!bits || *bits < 0 || *bits > UINT32_MAX) {
    return {Errc::kProtocol, base::cat("cib_callopt '", options, "' is no set of call options")};
  }
  CibOperation out;
  out.request.operation = name;
  out.request.section = message.attribute_or("cib_section", {});
  out.request.options = static_cast<std::uint32_t>(*bits);
  out.request.digest = message.attribute_or("digest", {});
  out.request.user = message.attribute_or("cib_user", {});
  out.request.client = message.attribute_or("cib_clientname", {});
  out.call_id = message.attribute_or("cib_callid", {});
  out.host = message.attribute_or("cib_host", {});
  out.ping_id = message.attribute_or("cib_ping_id", {});
  if (const Element data = message.first_child("cib_calldata")) {
    if (const Element input = data.first_child()) out.request.input = xml::to_string(input);
  }
  return CibMessage(std::move(out));
}

}  // namespace

Result<CibMessage> decode_cib_message(std::string_view text) {
  auto document = xml::Document::parse(text);
  if (!document) return {Errc::kProtocol, document.error().message};
  const Element message = document->root();
  const std::string_view name = message.attribute_or("cib_op", {});
  if (name.empty()) {
    return {Errc::kProtocol, base::cat("a message '", message.name(), "' without cib_op")};
  }
  if (name == "register") {
    return CibMessage(CibRegistration{std::string(message.attribute_or("cib_clientname", {}))});
  }
  if (name == "cib_notify") return CibMessage(subscription(message));
  return operation(message, name);
}

std::string encode_cib_registration(std::string_view client_id) {
  return ElementText("cib_common_callback_worker")
      .set("cib_op", "register")
      .set("cib_clientid", client_id)
      .text();
}

std::string encode_cib_reply(const CibCallHead& head, const CibAnswer& answer) {
  ElementText reply("cib-reply");
  reply.set("t", "cib")
      .set("cib_op", head.operation)
      .set("cib_callid", head.call_id)
      .set("cib_clientid", head.client_id)
      .set("cib_callopt", head.options)
      .set("cib_rc", answer.error ? -base::legacy_number(answer.error->code) : 0);
  if (answer.provisional) reply.set("cib_provisional", "true");
  if (!answer.data.empty()) reply.append(ElementText("cib_calldata").append(answer.data).text());
  return reply.text();
}

std::string encode_cib_upgrade_notice(const CibCallHead& head, int rc) {
  return ElementText("cib_process_upgrade_server")
      .set("t", "cib")
      .set("cib_op", head.operation)
      .set("cib_callid", head.call_id)
      .set("cib_clientid", head.client_id)
      .set("cib_callopt", head.options)
      .set("cib_upgrade_rc", rc)
      .set("cib_rc", rc)
      .text();
}

std::string encode_cib_diff_notice(const effect::NotifyCib& change) {
  ElementText notice("notify");
  notice.set("t", "cib_notify")
      .set("subt", "cib_diff_notify")
      .set("cib_op", change.operation)
      .set("cib_rc", change.rc)
      .set_if("cib_object", change.object_id)
      .set("cib_object_type", change.object_type.empty() ? "diff" : change.object_type)
      .append(ElementText("cib_generation").append(change.generation).text());
  if (!change.input.empty()) {
    notice.append(ElementText("cib_update").append(change.input).text());
  }
  return notice.append(ElementText("cib_update_result").append(change.patchset).text()).text();
}

std::string encode_cib_resync_notice(const effect::NotifyCib& change) {
  const auto patchset = xml::Document::parse(change.patchset);
  if (!patchset) return {};
  const auto versions = cib::patchset_versions(patchset->root());
  if (!versions) return {};
  const auto with_version = [&](std::string_view element) {
    return ElementText(element)
        .set("admin_epoch", versions->target.admin_epoch)
        .set("epoch", versions->target.epoch)
        .set("num_updates", versions->target.num_updates)
        .text();
  };
  effect::NotifyCib bare;
  bare.operation = change.operation;
  bare.rc = change.rc;
  bare.generation = with_version("generation_tuple");
  bare.patchset = ElementText("diff")
                      .set("format", "2")
                      .append(ElementText("version")
                                  .append(with_version("source"))
                                  .append(with_version("target"))
                                  .text())
                      .text();
  return encode_cib_diff_notice(bare);
}

std::string encode_cib_refresh_notice(const effect::NotifyCib& change) {
  return ElementText("notify-replace")
      .set("t", "cib_notify")
      .set("subt", "cib_refresh_notify")
      .set("cib_op", change.operation)
      .set("cib_rc", change.rc)
      .set("cib_change_section", change.refreshed)
      .append(ElementText("cib-replace-generation").append(change.generation).text())
      .text();
}

}  // namespace systole::crmd
