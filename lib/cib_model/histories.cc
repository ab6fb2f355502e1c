#include "lib/cib_model/histories.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "lib/cib/upgrade/upgrade.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

using model::HistoryOperation;
using model::Text;
using Attributes = std::span<const xml::Attribute>;

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
    out.last_change = model::leading_time(attribute.value);
  } else {
    return false;
  }
  return true;
}

HistoryOperation read_operation(model::TextPool& pool, Attributes attributes,
                                const HistoryOperation& last) {
  HistoryOperation out;
  for (const xml::Attribute& attribute : attributes) {
    if (read_number(attribute, out)) continue;
    if (attribute.name == "op-force-restart") out.has_force_restart = true;
    if (attribute.name == "exit-reason") out.has_exit_reason = true;
    for (const auto& [name, member] : kTexts) {
      if (name == attribute.name) {
        out.*member = keep(pool, attribute.value, last.*member);
        break;
      }
    }
  }
  return out;
}

/// The resource alone, without its operations. Text that `last` has in the same place is shared.
model::HistoryResource read_resource(model::TextPool& pool, Attributes attributes,
                                     const model::HistoryResource* last) {
  static const model::HistoryResource kNone;
  const model::HistoryResource& known = last != nullptr ? *last : kNone;
  model::HistoryResource out;
  for (const auto& [name, value] : attributes) {
    if (name == "id") {
      out.id = pool.keep(value);
    } else if (name == "class") {
      out.agent.standard = keep(pool, value, known.agent.standard);
    } else if (name == "provider") {
      out.agent.provider = keep(pool, value, known.agent.provider);
    } else if (name == "type") {
      out.agent.type = keep(pool, value, known.agent.type);
    } else if (name == "container") {
      out.container = keep(pool, value, known.container);
    } else if (name == "shutdown-lock") {
      out.shutdown_lock = model::leading_time(value).value_or(0);
    }
  }
  return out;
}

/// The operation before the one that comes next, if any: of this resource, or of the one before.
const HistoryOperation& last_of(const model::HistoryResource& resource,
                                const model::HistoryResource* before) {
  static const HistoryOperation kNone;
  if (!resource.operations.empty()) return resource.operations.back();
  return before != nullptr && !before->operations.empty() ? before->operations.back() : kNone;
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
  std::vector<xml::Attribute> attributes;
  const auto attributes_of = [&](xml::Element of) -> Attributes {
    attributes.clear();
    for (const xml::Attribute attribute : of.attributes()) attributes.push_back(attribute);
    return attributes;
  };
  model::HistoryResource out = read_resource(pool, attributes_of(element), last);
  for (const xml::Element op : element.children("lrm_rsc_op")) {
    out.operations.push_back(read_operation(pool, attributes_of(op), last_of(out, last)));
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
          .wants = [this](xml::Element list) { return wants(list); },
          .take = [this](const xml::StartTag& start, int depth) { take(start, depth); }};
}

bool Histories::wants(xml::Element list) {
  if (!is_in_status(list)) return false;
  if (!is_readable_) {
    const xml::Element root = list.parent().parent().parent().parent();
    is_readable_ = !cib::needs_rewriting(root);
  }
  if (*is_readable_) open_ = &by_list_[list.raw()];
  return *is_readable_;
}

void Histories::take(const xml::StartTag& start, int depth) {
  const std::size_t count = open_->size();
  if (depth == 0) {
    open_->push_back(
        read_resource(*pool_, start.attributes, count == 0 ? nullptr : &(*open_)[count - 1]));
  } else if (depth == 1 && start.name == "lrm_rsc_op") {
    model::HistoryResource& resource = open_->back();
    const HistoryOperation& last = last_of(resource, count < 2 ? nullptr : &(*open_)[count - 2]);
    resource.operations.push_back(read_operation(*pool_, start.attributes, last));
  }
}

std::vector<model::HistoryResource> Histories::take(xml::Element list) {
  const auto found = by_list_.find(list.raw());
  return found == by_list_.end() ? std::vector<model::HistoryResource>() : std::move(found->second);
}

}  // namespace systole::cib_model
