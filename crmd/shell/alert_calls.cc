#include "crmd/shell/alert_calls.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "lib/base/duration.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"
#include "lib/cib_model/reader.h"
#include "lib/cli/version.h"
#include "policy/rules/rules.h"

namespace systole::crmd {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr base::Milliseconds kDefaultTimeout = std::chrono::seconds(30);
constexpr std::string_view kDefaultFormat = "%H:%M:%S.%06N";

/// The element of a `select` that asks for the events of a kind, and the kind's name.
struct Kind {
  std::string_view name;
  std::string_view selected_by;
  bool by_default = true;  ///< without a selection
};

struct KindOf {
  Kind operator()(const NodeAlert&) const { return {"node", "select_nodes"}; }
  Kind operator()(const FencingAlert&) const { return {"fencing", "select_fencing"}; }
  Kind operator()(const ResourceAlert&) const { return {"resource", "select_resources"}; }
  Kind operator()(const AttributeAlert&) const { return {"attribute", "select_attributes", false}; }
};

/// What an event tells, by the names of the variables without their prefixes.
struct VariablesOf {
  Variables operator()(const NodeAlert& a) const {
    return {{"node", a.node}, {"nodeid", a.node_id}, {"desc", a.member ? "member" : "lost"}};
  }
  Variables operator()(const FencingAlert& a) const {
    return {{"node", a.target},
            {"desc", a.description},
            {"task", "st_notify_fence"},
            {"rc", std::to_string(a.rc)}};
  }
  Variables operator()(const ResourceAlert& a) const {
    return {{"node", a.node},
            {"rsc", a.resource},
            {"task", a.task},
            {"interval", std::to_string(a.interval.count())},
            {"target_rc", std::to_string(a.target_rc)},
            {"status", std::to_string(a.status)},
            {"rc", std::to_string(a.rc)},
            {"desc", a.description},
            {"exec_time", std::to_string(a.exec_time.count())}};
  }
  Variables operator()(const AttributeAlert& a) const {
    return {{"node", a.node},
            {"nodeid", a.node_id},
            {"attribute_name", a.name},
            {"attribute_value", a.value}};
  }
};

bool names_attribute(xml::Element selection, const AlertEvent& event) {
  const auto* changed = std::get_if<AttributeAlert>(&event);
  if (changed == nullptr || !selection.first_child("attribute")) return true;
  for (const xml::Element wanted : selection.children("attribute")) {
    if (wanted.attribute_or("name", "") == changed->name) return true;
  }
  return false;
}

bool is_selected(xml::Element alert, const AlertEvent& event) {
  const Kind kind = std::visit(KindOf{}, event);
  const xml::Element select = alert.first_child("select");
  if (!select || !select.first_child()) return kind.by_default;
  const xml::Element selection = select.first_child(kind.selected_by);
  return selection && names_attribute(selection, event);
}

/// The attributes of an alert, which a recipient's go before.
struct Settings {
  policy::AttributeTable meta;
  policy::AttributeTable parameters;
};

class Calls {
 public:
  Calls(xml::Element configuration, const AlertEvent& event, const AlertTime& time)
      : references_(configuration), reader_(pool_, references_), event_(event), time_(time) {
    context_.now = {.seconds = time.seconds, .utc_offset = time.utc_offset};
  }

  void add(xml::Element alert) {
    if (!is_selected(alert, event_)) return;
    Settings general;
    collect(alert, general);
    if (!is_enabled(general)) return;
    bool addressed = false;
    std::vector<client::AlertRequest> runs;
    for (const xml::Element recipient : alert.children("recipient")) {
      addressed = true;
      Settings own;
      collect(recipient, own);
      // An alert's own values are there for what a recipient says nothing of.
      collect(alert, own);
      if (is_enabled(own)) runs.push_back(call(alert, recipient.attribute_or("value", ""), own));
    }
    if (!addressed) runs.push_back(call(alert, "", general));
    std::move(runs.begin(), runs.end(), std::back_inserter(calls_));
  }

  std::vector<client::AlertRequest> take() {
    std::reverse(calls_.begin(), calls_.end());
    return std::move(calls_);
  }

 private:
  void collect(xml::Element element, Settings& into) {
    policy::collect(reader_.attribute_sets(element, "meta_attributes"), context_, into.meta);
    policy::collect(reader_.attribute_sets(element, "instance_attributes"), context_,
                    into.parameters);
  }

  static bool is_enabled(const Settings& settings) {
    return base::parse_bool(settings.meta.value_or("enabled", "true")).value_or(true);
  }

  client::AlertRequest call(xml::Element alert, std::string_view recipient,
                            const Settings& settings) const {
    client::AlertRequest out;
    out.id = alert.id();
    out.path = alert.attribute_or("path", "");
    const base::Result<base::Milliseconds> timeout =
        base::parse_duration(settings.meta.value_or("timeout", ""));
    out.timeout = timeout && timeout->count() > 0 ? *timeout : kDefaultTimeout;
    for (const auto& [name, value] : settings.parameters) {
      out.environment.emplace_back(name, value);
    }
    Variables told = std::visit(VariablesOf{}, event_);
    told.emplace_back("kind", std::visit(KindOf{}, event_).name);
    told.emplace_back("version", cli::kCompatibleVersion);
    told.emplace_back("recipient", recipient);
    add_time(settings, told);
    for (const auto& [name, value] : told) {
      set(out.environment, base::cat("CRM_alert_", name), value);
      set(out.environment, base::cat("CRM_notify_", name), value);
    }
    return out;
  }

  void add_time(const Settings& settings, Variables& told) const {
    const std::string format(settings.meta.value_or("timestamp-format", kDefaultFormat));
    const std::string stamp = format_alert_time(time_, format);
    if (!stamp.empty()) told.emplace_back("timestamp", stamp);
    told.emplace_back("timestamp_epoch", std::to_string(time_.seconds));
    told.emplace_back("timestamp_usec", format_alert_time(time_, "%06N"));
  }

  /// What the cluster tells goes before parameters of the same names.
  static void set(client::Parameters& environment, const std::string& name,
                  const std::string& value) {
    std::erase_if(environment, [&](const auto& entry) { return entry.first == name; });
    environment.emplace_back(name, value);
  }

  model::TextPool pool_;
  cib_model::References references_;
  cib_model::Reader reader_;
  const AlertEvent& event_;
  const AlertTime& time_;
  policy::RuleContext context_;
  std::vector<client::AlertRequest> calls_;
};

}  // namespace

std::vector<client::AlertRequest> alert_calls(xml::Element cib, const AlertEvent& event,
                                              const AlertTime& time) {
  const xml::Element alerts = cib::find_section(cib, *cib::section_named("alerts"));
  if (!alerts) return {};
  Calls calls(alerts.parent(), event, time);
  for (const xml::Element alert : alerts.children("alert")) calls.add(alert);
  return calls.take();
}

}  // namespace systole::crmd
