#include "lib/cib_model/histories.h"

#include <array>
#include <string_view>
#include <utility>

#include "lib/cib/upgrade/upgrade.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

using model::HistoryOperation;
using model::Text;

constexpr std::array<std::pair<std::string_view, Text HistoryOperation::*>, 16> kTexts = {{
    {"id", &HistoryOperation::id},
    {"operation_key", &HistoryOperation::key},
    {"operation", &HistoryOperation::operation},
    {"transition-key", &HistoryOperation::transition_key},
    {"transition-magic", &HistoryOperation::transition_magic},
    {"op-digest", &HistoryOperation::digest},
    {"op-restart-digest", &HistoryOperation::restart_digest},
    {"op-force-restart", &HistoryOperation::force_restart},
    {"op-secure-digest", &HistoryOperation::secure_digest},
    {"op-secure-params", &HistoryOperation::secure_params},
    {"exit-reason", &HistoryOperation::exit_reason},
    {"on_node", &HistoryOperation::on_node},
    {"migrate_source", &HistoryOperation::migrate_source},
    {"migrate_target", &HistoryOperation::migrate_target},
    {"exec-time", &HistoryOperation::exec_time},
    {"queue-time", &HistoryOperation::queue_time},
}};

std::optional<int> small_integer(std::string_view text) {
  const auto value = model::leading_integer(text);
  if (!value || *value < -1000000000 || *value > 1000000000) return std::nullopt;
  return static_cast<int>(*value);
}

/// A copy of `text`, or what is known where that is the same.
Text keep(model::TextPool& pool, std::string_view text, Text known) {
  return text == known ? known : pool.keep(text);
}

bool read_number(const xml::Attribute& attribute, HistoryOperation& out) {
  if (attribute.name == "call-id") {
    out.call_id = small_integer(attribute.value);
  } else if (attribute.name == "rc-code") {
    out.rc = small_integer(attribute.value);
  } else if (attribute.name == "op-status") {
    out.status = small_integer(attribute.value);
  } else if (attribute.name == "interval") {
    out.interval_ms = model::leading_integer(attribute.value).value_or(0);
  } else if (attribute.name == "last-rc-change") {
    out.last_change = model::leading_integer(attribute.value);
  } else {
    return false;
  }
  return true;
}

HistoryOperation read_operation(model::TextPool& pool, xml::Element element,
                                const HistoryOperation& last) {
  HistoryOperation out;
  for (const xml::Attribute attribute : element.attributes()) {
    if (read_number(attribute, out)) continue;
    if (attribute.name == "op-force-restart") out.has_force_restart = true;
    for (const auto& [name, member] : kTexts) {
      if (name == attribute.name) {
        out.*member = keep(pool, attribute.value, last.*member);
        break;
      }
    }
  }
  return out;
}

bool is_in_status(xml::Element list) {
  if (!list.is("lrm_resources")) return false;
  const xml::Element lrm = list.parent();
  if (!lrm || !lrm.is("lrm")) return false;
  const xml::Element state = lrm.parent();
  if (!state || !state.is("node_state")) return false;
  const xml::Element status = state.parent();
  return status && status.is("status") && status.parent() && !status.parent().parent();
}

}  // namespace

model::HistoryResource read_history(model::TextPool& pool, xml::Element element,
                                    const model::HistoryResource* last) {
  static const model::HistoryResource kNone;
  static const HistoryOperation kNoOperation;
  const model::HistoryResource& known = last != nullptr ? *last : kNone;
  const auto text = [&](std::string_view name, Text same) {
    return keep(pool, element.attribute_or(name, {}), same);
  };
  model::HistoryResource out;
  out.id = text("id", {});
  out.agent = {text("class", known.agent.standard), text("provider", known.agent.provider),
               text("type", known.agent.type)};
  out.container = text("container", known.container);
  out.shutdown_lock =
      model::leading_integer(element.attribute_or("shutdown-lock", "0")).value_or(0);
  const HistoryOperation* operation =
      known.operations.empty() ? &kNoOperation : &known.operations.back();
  for (const xml::Element op : element.children("lrm_rsc_op")) {
    out.operations.push_back(read_operation(pool, op, *operation));
    operation = &out.operations.back();
  }
  return out;
}

xml::Harvest Histories::harvest() {
  return {.tag = "lrm_resource",
          .begin =
              [this] {
                is_readable_ = std::nullopt;
                by_list_.clear();
              },
          .take = [this](xml::Element element) { return read(element); }};
}

bool Histories::read(xml::Element element) {
  const xml::Element list = element.parent();
  if (!list || !is_in_status(list)) return false;
  if (!is_readable_) {
    const xml::Element root = list.parent().parent().parent().parent();
    is_readable_ = !cib::needs_rewriting(root);
  }
  if (!*is_readable_) return false;
  std::vector<model::HistoryResource>& known = by_list_[list.raw()];
  known.push_back(read_history(*pool_, element, known.empty() ? nullptr : &known.back()));
  return true;
}

std::vector<model::HistoryResource> Histories::take(xml::Element list) {
  const auto found = by_list_.find(list.raw());
  return found == by_list_.end() ? std::vector<model::HistoryResource>() : std::move(found->second);
}

}  // namespace systole::cib_model
