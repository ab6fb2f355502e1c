#include "policy/tool/injection.h"

#include <array>

#include "lib/base/strings.h"
#include "policy/status/queries.h"
#include "policy/tool/execution_report.h"

namespace systole::policy::tool {

namespace {

/// Something that happens to nodes. The text is put around the node's name.
struct NodeEvent {
  std::vector<std::string> Injections::*nodes;
  void (ClusterCopy::*happen)(std::string_view node);
  std::string_view before;
  std::string_view after;
  std::string_view word;  ///< in XML
};

constexpr std::array<NodeEvent, 3> kNodeEvents = {{
    {&Injections::nodes_up, &ClusterCopy::bring_up, "Bringing node ", " online", "Online"},
    {&Injections::nodes_down, &ClusterCopy::take_down, "Taking node ", " offline", "Offline"},
    {&Injections::nodes_failed, &ClusterCopy::fail, "Failing node ", "", "Failing"},
}};

struct TicketEvent {
  std::vector<std::string> Injections::*tickets;
  std::string_view attribute;
  bool value;
  std::string_view before;
  std::string_view after;
  std::string_view word;
};

constexpr std::array<TicketEvent, 4> kTicketEvents = {{
    {&Injections::tickets_granted, "granted", true, "Granting ticket ", "", "Granting"},
    {&Injections::tickets_revoked, "granted", false, "Revoking ticket ", "", "Revoking"},
    {&Injections::tickets_standby, "standby", true, "Making ticket ", " standby", "Standby"},
    {&Injections::tickets_activated, "standby", false, "Activating ticket ", "", "Activating"},
}};

class Injector {
 public:
  Injector(const Settings& settings, const Status& status, ClusterCopy& cluster,
           cli::Output& output)
      : injections_(settings.injections),
        status_(status),
        cluster_(cluster),
        output_(output),
        prints_(output.is_text() && !settings.quiet) {}

  void run() {
    if (prints_) {
      output_.line();
      output_.begin_list("Performing Requested Modifications");
      output_.show_heading();
    }
    set_values();
    for (const NodeEvent& event : kNodeEvents) {
      for (const std::string& node : injections_.*event.nodes) happen(event, node);
    }
    for (const TicketEvent& event : kTicketEvents) {
      for (const std::string& ticket : injections_.*event.tickets) happen(event, ticket);
    }
    for (const std::string& operation : injections_.operations) inject_operation(operation);
    if (prints_) output_.end_list();
    if (!output_.is_structured()) return;
    // What was written comes after what was asked for.
    for (const AttributeWrite& write : written_) add_attribute_xml(write, element_);
    output_.root().add(std::move(element_));
  }

 private:
  void print(const std::string& text) {
    if (prints_) output_.item(text);
  }

  void set_values() {
    if (injections_.quorum) {
      print(base::cat("Setting quorum: ", *injections_.quorum));
      element_.set("quorum", *injections_.quorum);
      cluster_.set_quorum(*injections_.quorum);
    }
    if (injections_.watchdog) {
      print(base::cat("Setting watchdog: ", *injections_.watchdog));
      element_.set("watchdog", *injections_.watchdog);
      cluster_.set_property("have-watchdog", *injections_.watchdog);
    }
  }

  void happen(const NodeEvent& event, const std::string& node) {
    print(base::cat(event.before, node, event.after));
    element_.add("modify_node").set("action", event.word).set("node", node);
    (cluster_.*event.happen)(node);
  }

  void happen(const TicketEvent& event, const std::string& ticket) {
    print(base::cat(event.before, ticket, event.after));
    element_.add("modify_ticket").set("action", event.word).set("ticket", ticket);
    cluster_.set_ticket(ticket, event.attribute, event.value);
  }

  void inject_operation(const std::string& text) {
    print(base::cat("Injecting ", text, " into the configuration"));
    element_.add("inject_spec").set("spec", text);
    const auto spec = parse_operation_spec(text);
    if (!spec) {
      output_.error(spec.error().message);
      return;
    }
    const auto rsc = find_resource(status_, spec->resource);
    if (!rsc) {
      output_.error(base::cat("Invalid resource name: ", spec->resource));
      return;
    }
    const bool infinite =
        spec->task == "stop" || (spec->task == "start" && status_.options.start_failure_is_fatal);
    for (AttributeWrite& write :
         cluster_.count_failure(*spec, status_.resource(*rsc).base_id, infinite)) {
      print(attribute_text(write));
      written_.push_back(std::move(write));
    }
    cluster_.record_injected(*spec, status_, *rsc);
  }

  const Injections& injections_;
  const Status& status_;
  ClusterCopy& cluster_;
  cli::Output& output_;
  bool prints_;
  cli::Element element_{"modifications"};
  std::vector<AttributeWrite> written_;
};

}  // namespace

void inject(const Settings& settings, const Status& status, ClusterCopy& cluster,
            cli::Output& output) {
  Injector(settings, status, cluster, output).run();
}

}  // namespace systole::policy::tool
