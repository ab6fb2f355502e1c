#include "policy/tool/simulate.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "lib/base/strings.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/client/live_cib.h"
#include "lib/xml/document.h"
#include "policy/plan.h"
#include "policy/render/resource_text.h"
#include "policy/status/queries.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/dot.h"
#include "policy/tool/report.h"
#include "policy/tool/transition.h"

namespace systole::policy::tool {

namespace {

using cli::ExitCode;
using cli::Output;

base::Result<std::string> read_text(const std::string& path) {
  if (path.empty() || path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::string text(file ? static_cast<std::size_t>(file.tellg()) : 0, '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file) {
    return {base::Errc::kNoSuchFile, base::cat("Could not read '", path, "'")};
  }
  return text;
}

base::Result<void> write_text(const std::string& path, std::string_view text) {
  if (path == "-") {
    std::cout << text << std::flush;
    return {};
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) return {base::Errc::kIo, base::cat("Could not write '", path, "'")};
  return {};
}

base::Result<xml::Document> load(const Settings& settings) {
  if (settings.live) {
    auto cib = client::LiveCib::connect("crm_simulate");
    if (!cib) {
      return {cib.error().code, base::cat("Could not connect to the CIB: ", cib.error().message)};
    }
    return (*cib)->query();
  }
  const auto text = read_text(settings.xml_file);
  if (!text) return text.error();
  return xml::Document::parse(*text);
}

/// A CIB as read, and what the engine sees in it.
struct Reading {
  std::unique_ptr<model::Snapshot> snapshot;
  std::unique_ptr<Status> status;
};

class Simulator {
 public:
  Simulator(const Settings& settings, Output& output, xml::Document document)
      : settings_(settings), output_(output), cluster_(std::move(document)) {}

  ExitCode run() {
    if (!read()) return ExitCode::kInvalidData;
    if (!settings_.quiet) print_current();
    if (settings_.injections.any()) {
      if (!inject()) return ExitCode::kUsage;
      if (!settings_.save_input.empty() && !save(settings_.save_input))
        return ExitCode::kCannotCreate;
      if (!read()) return ExitCode::kInvalidData;
    } else if (!settings_.save_input.empty() && !save(settings_.save_input)) {
      return ExitCode::kCannotCreate;
    }
    if (!settings_.run) return store_result();
    plan_ = plan(*reading_.snapshot);
    if (settings_.show_scores || settings_.show_utilization) {
      print_scores(plan_, settings_, output_);
    }
    if (!settings_.quiet) {
      section("Transition Summary");
      output_.begin_list("");
      print_summary(plan_, output_);
      output_.end_list();
    }
    if (const ExitCode code = save_artifacts(); code != ExitCode::kOk) return code;
    ExitCode code = ExitCode::kOk;
    if (settings_.simulate) code = simulate();
    const ExitCode stored = store_result();
    return code != ExitCode::kOk ? code : stored;
  }

 private:
  bool read() {
    cib_model::ReadOptions options;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    options.now = now;
    options.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
    options.from_file = !settings_.live;
    if (settings_.time) {
      options.now = settings_.time->seconds;
      options.utc_offset = settings_.time->utc_offset;
      options.explicit_now = true;
    }
    auto snapshot = cib_model::read_snapshot(cluster_.document().root(), options);
    if (!snapshot) {
      output_.error(base::cat("crm_simulate: ", snapshot.error().message));
      return false;
    }
    reading_.status.reset();
    reading_.snapshot = std::make_unique<model::Snapshot>(*std::move(snapshot));
    const bool needed = !settings_.quiet || !settings_.injections.operations.empty();
    if (needed) reading_.status = std::make_unique<Status>(read_status(*reading_.snapshot));
    cluster_.set_now(reading_.snapshot->now);
    if (settings_.quiet) return true;
    if (settings_.date) {
      output_.line(base::cat("Setting effective cluster time: ", *settings_.date));
    } else if (reading_.snapshot->execution_date) {
      output_.line(base::cat("Using the original execution date of: ",
                             base::format_utc(*reading_.snapshot->execution_date)));
    }
    return true;
  }

  void section(std::string_view title) {
    output_.line();
    output_.line(base::cat(title, ":"));
  }

  void print_current() {
    const Status& status = *reading_.status;
    if (status.options.maintenance_mode) {
      output_.line();
      output_.line("              *** Resource management is DISABLED ***");
      output_.line("  The cluster will not attempt to start, stop or recover services");
    }
    const render::ResourceCounts counts = render::count_resources(status);
    if (counts.disabled > 0 || counts.blocked > 0) {
      output_.line(base::cat(counts.disabled, " of ", counts.configured,
                             " resource instances DISABLED and ", counts.blocked,
                             " BLOCKED from further action due to failure"));
      output_.line();
    }
    output_.begin_list("Current cluster status");
    print_status(status, settings_, true, output_);
    output_.end_list();
  }

  void modified(std::string_view text) {
    if (!settings_.quiet) output_.item(text);
  }

  bool inject() {
    const Injections& injections = settings_.injections;
    if (!settings_.quiet) {
      output_.line();
      output_.begin_list("Performing Requested Modifications");
    }
    if (injections.quorum) {
      modified(base::cat("Setting quorum: ", *injections.quorum));
      cluster_.set_quorum(*injections.quorum);
    }
    if (injections.watchdog) {
      modified(base::cat("Setting watchdog: ", *injections.watchdog));
      cluster_.set_property("have-watchdog", *injections.watchdog);
    }
    for (const std::string& node : injections.nodes_up) {
      modified(base::cat("Bringing node ", node, " online"));
      cluster_.bring_up(node);
    }
    for (const std::string& node : injections.nodes_down) {
      modified(base::cat("Taking node ", node, " offline"));
      cluster_.take_down(node);
    }
    for (const std::string& node : injections.nodes_failed) {
      modified(base::cat("Failing node ", node));
      cluster_.fail(node);
    }
    inject_tickets();
    const bool injected = inject_operations();
    if (!settings_.quiet) output_.end_list();
    return injected;
  }

  void inject_tickets() {
    const Injections& injections = settings_.injections;
    for (const std::string& ticket : injections.tickets_granted) {
      modified(base::cat("Granting ticket ", ticket));
      cluster_.set_ticket(ticket, "granted", true);
    }
    for (const std::string& ticket : injections.tickets_revoked) {
      modified(base::cat("Revoking ticket ", ticket));
      cluster_.set_ticket(ticket, "granted", false);
    }
    for (const std::string& ticket : injections.tickets_standby) {
      modified(base::cat("Making ticket ", ticket, " standby"));
      cluster_.set_ticket(ticket, "standby", true);
    }
    for (const std::string& ticket : injections.tickets_activated) {
      modified(base::cat("Activating ticket ", ticket));
      cluster_.set_ticket(ticket, "standby", false);
    }
  }

  bool inject_operations() {
    for (const std::string& text : settings_.injections.operations) {
      modified(base::cat("Injecting ", text, " into the configuration"));
      const auto spec = parse_operation_spec(text);
      if (!spec) {
        output_.error(spec.error().message);
        return false;
      }
      const auto rsc = find_resource(*reading_.status, spec->resource);
      if (!rsc) {
        output_.error(base::cat("Invalid resource name: ", spec->resource));
        return false;
      }
      const bool infinite =
          spec->task == "stop" ||
          (spec->task == "start" && reading_.status->options.start_failure_is_fatal);
      for (const std::string& line :
           cluster_.count_failure(*spec, reading_.status->resource(*rsc).base_id, infinite)) {
        modified(line);
      }
      cluster_.record_injected(*spec, *reading_.status, *rsc);
    }
    return true;
  }

  bool save(const std::string& path) {
    const auto written = write_text(path, cluster_.document().indented());
    if (!written) output_.error(base::cat("crm_simulate: ", written.error().message));
    return written.ok();
  }

  ExitCode save_artifacts() {
    if (!settings_.save_graph.empty()) {
      const auto written = write_text(settings_.save_graph,
                                      cib_model::graph_text(plan_.graph, xml::Layout::kIndented));
      if (!written) {
        output_.error(base::cat("crm_simulate: ", written.error().message));
        return ExitCode::kCannotCreate;
      }
    }
    if (!settings_.save_dot.empty()) {
      const DotOptions options{settings_.all_actions, settings_.show_ids};
      const auto written = write_text(settings_.save_dot, write_dot(*plan_.actions, options));
      if (!written) {
        output_.error(base::cat("crm_simulate: ", written.error().message));
        return ExitCode::kCannotCreate;
      }
    }
    return ExitCode::kOk;
  }

  /// The name by which people know the resource of an action.
  std::string display_name(const model::GraphAction& action) const {
    if (!action.resource) return {};
    if (action.kind == model::GraphActionKind::kCluster) return action.resource->id;
    const Status& status = *plan_.status;
    if (find_resource(status, action.resource->id)) return action.resource->id;
    const std::string& longer = action.resource->long_id;
    if (!longer.empty() && find_resource(status, longer)) return longer;
    return action.resource->id;
  }

  /// The result that an action is told to have, if it is told to fail.
  std::optional<OperationSpec> failure_of(const model::GraphAction& action,
                                          const std::string& name) {
    for (const std::string& text : settings_.failures) {
      const auto spec = parse_operation_spec(text);
      if (!spec || spec->node != action.node || spec->task != action.operation) continue;
      std::int64_t interval = 0;
      for (const auto& [key, value] : action.attributes) {
        if (key == "CRM_meta_interval") {
          interval = base::parse_integer<std::int64_t>(value).value_or(0);
        }
      }
      if (interval != spec->interval_ms) continue;
      if (base::equal_ignoring_case(spec->resource, name) ||
          base::equal_ignoring_case(spec->resource, action.resource->id)) {
        return *spec;
      }
    }
    return std::nullopt;
  }

  bool perform(const model::GraphAction& action) {
    const std::string name = display_name(action);
    if (!settings_.quiet) output_.item(execution_line(action, name));
    if (action.kind == model::GraphActionKind::kFence) {
      const bool on = std::any_of(
          action.attributes.begin(), action.attributes.end(), [](const auto& attribute) {
            return attribute.name == "CRM_meta_stonith_action" && attribute.value == "on";
          });
      if (!on) cluster_.fence(action.node);
      return true;
    }
    if (action.kind != model::GraphActionKind::kResource) return true;
    if (action.operation == "delete" || action.operation == "meta-data") return true;
    int rc = 0;
    for (const auto& [key, value] : action.attributes) {
      if (key == "CRM_meta_op_target_rc") rc = base::parse_integer<int>(value).value_or(0);
    }
    const auto failure = failure_of(action, name);
    if (failure) {
      rc = failure->rc;
      output_.line(base::cat("Pretending action ", action.id, " failed with rc=", rc));
      const bool infinite =
          (action.operation == "start" && plan_.graph.failed_start_offset == "INFINITY") ||
          (action.operation == "stop" && plan_.graph.failed_stop_offset == "INFINITY");
      for (const std::string& line :
           cluster_.count_failure(*failure, action.resource->id, infinite)) {
        modified(line);
      }
    }
    cluster_.record(action, {name, action.resource->id, rc});
    return !failure;
  }

  ExitCode simulate() {
    if (!settings_.quiet) {
      section("Executing Cluster Transition");
      output_.begin_list("");
    }
    const TransitionEnd end =
        execute(plan_.graph, [this](const model::GraphAction& action) { return perform(action); });
    if (!settings_.quiet) output_.end_list();
    ExitCode code = ExitCode::kOk;
    if (end == TransitionEnd::kTerminated) {
      output_.error("Transition failed: terminated");
      output_.error("An invalid transition was produced");
      code = ExitCode::kError;
    }
    if (settings_.quiet) return code;
    if (!read()) return ExitCode::kInvalidData;
    output_.line();
    output_.begin_list("Revised Cluster Status");
    print_status(*reading_.status, settings_, false, output_);
    output_.end_list();
    return code;
  }

  ExitCode store_result() {
    std::string path = settings_.save_output;
    if (path.empty() && settings_.in_place) path = settings_.xml_file;
    if (path.empty() || path == "-") return ExitCode::kOk;
    return save(path) ? ExitCode::kOk : ExitCode::kCannotCreate;
  }

  const Settings& settings_;
  Output& output_;
  ClusterCopy cluster_;
  Reading reading_;
  Plan plan_;
};

/// How long each file of a folder takes.
ExitCode profile(const Settings& settings, Output& output) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry :
       std::filesystem::directory_iterator(settings.profile_directory, failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.ends_with(".xml") && !name.starts_with(".")) {
      files.push_back(entry.path());
    }
  }
  if (failed) {
    output.error(base::cat("crm_simulate: Could not read '", settings.profile_directory,
                           "': ", failed.message()));
    return ExitCode::kNoInput;
  }
  std::sort(files.begin(), files.end());
  output.begin_list("Timings");
  for (const std::filesystem::path& file : files) {
    Settings one = settings;
    one.xml_file = file.string();
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < settings.repeat; ++i) {
      const auto document = load(one);
      if (!document) continue;
      const auto snapshot = cib_model::read_snapshot(
          document->root(), {.now = std::time(nullptr), .from_file = true});
      if (snapshot) plan(*snapshot);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.2f", took.count());
    output.item(base::cat("Testing ", file.string(), " ... ", seconds, " secs"));
  }
  output.end_list();
  return ExitCode::kOk;
}

}  // namespace

ExitCode run(const cli::CommandLine& command_line, Output& output) {
  if (!output.is_text()) {
    output.error("crm_simulate: only text output exists (--output-as=text)");
    return ExitCode::kUnimplemented;
  }
  const auto settings = read_settings(command_line);
  if (!settings) {
    output.error(base::cat("crm_simulate: ", settings.error().message));
    return ExitCode::kUsage;
  }
  if (!settings->profile_directory.empty()) return profile(*settings, output);
  auto document = load(*settings);
  if (!document) {
    if (settings->live) {
      output.error(document.error().message);
      return ExitCode::kDisconnected;
    }
    output.error(base::cat("crm_simulate: Could not read input XML: ", document.error().message));
    return ExitCode::kInvalidData;
  }
  return Simulator(*settings, output, *std::move(document)).run();
}

}  // namespace systole::policy::tool
