#include "policy/tool/simulate.h"

#include <ctime>
#include <memory>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/upgrade.h"
#include "lib/cib/version.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/cib_model/histories.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/cli/heap.h"
#include "policy/input/schema_check.h"
#include "policy/input/stream.h"
#include "policy/plan.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/dot.h"
#include "policy/tool/injection.h"
#include "policy/tool/messages.h"
#include "policy/tool/profile.h"
#include "policy/tool/score_report.h"
#include "policy/tool/settings.h"
#include "policy/tool/status_report.h"
#include "policy/tool/summary_report.h"
#include "policy/tool/transition_run.h"

namespace systole::policy::tool {

namespace {

using cli::ExitCode;
using cli::Output;

/// A CIB as read, and what the engine sees in it.
struct Reading {
  std::unique_ptr<model::Snapshot> snapshot;
  std::unique_ptr<Status> status;
};

ExitCode fail(Output& output, ExitCode code, std::string_view why) {
  output.error(base::cat("crm_simulate: ", why));
  return code;
}

/// Reports what the input's schema says of it, and whether it can be worked with.
bool accept(const input::SchemaVerdict& verdict) {
  for (const std::string& complaint : verdict.complaints) complain(complaint);
  return verdict.valid || verdict.unchecked;
}

class Simulation {
 public:
  /// `histories` are those that the document does not hold, if any.
  Simulation(const Settings& settings, Output& output, xml::Document document,
             std::unique_ptr<cib_model::Histories> histories)
      : settings_(settings),
        output_(output),
        cluster_(std::move(document)),
        histories_(std::move(histories)) {}

  /// `check` says whether the input may be worked with; it is asked before anything is said. Not
  /// called, or with nullptr: that is known.
  void ask_first(std::unique_ptr<input::SchemaCheck> check) { check_ = std::move(check); }

  ExitCode run() {
    const base::Result<void> first = read();
    if (check_) check_->begin(cluster_.document());
    if (first && settings_.run && !settings_.injections.any()) {
      make_plan();
      is_planned_ = true;
    }
    if (check_ && !accept(check_->result())) return ExitCode::kConfiguration;
    ExitCode code = announce(first);
    if (code != ExitCode::kOk) return code;
    if (reading_.status) {
      if (settings_.verbosity > 0) {
        print_problems(cluster_.document().root(), *reading_.status, settings_.verbosity);
      }
      report_status(*reading_.status, StatusKind::kCurrent, settings_, output_);
    }
    if (settings_.injections.any()) {
      inject(settings_, *reading_.status, cluster_, output_);
      code = announce(read());
    }
    if (code == ExitCode::kOk) code = save(settings_.save_input);
    if (code == ExitCode::kOk && settings_.run) code = plan_and_simulate();
    // What an invalid transition came to is a result, too.
    if (code != ExitCode::kOk && code != ExitCode::kError) return code;
    const ExitCode stored = store_result();
    return code != ExitCode::kOk ? code : stored;
  }

 private:
  bool shows() const { return !settings_.quiet || output_.is_structured(); }

  base::Result<void> read() {
    cib_model::ReadOptions options;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    options.now = now;
    options.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
    options.from_file = !settings_.is_live();
    options.histories = histories_.get();
    if (settings_.time) {
      options.now = settings_.time->seconds;
      options.utc_offset = settings_.time->utc_offset;
      options.explicit_now = true;
    }
    auto snapshot = cib_model::read_snapshot(cluster_.document().root(), options);
    if (!snapshot) return snapshot.error();
    reading_.status.reset();
    reading_.snapshot = std::make_unique<model::Snapshot>(*std::move(snapshot));
    // The engine finds the status itself; here it is needed to be shown, or to inject into.
    if (shows() || settings_.injections.any() || settings_.verbosity > 0) {
      reading_.status = std::make_unique<Status>(read_status(
          *reading_.snapshot, settings_.verbosity > 0 ? Reasons::kRemarks : Reasons::kNone));
    }
    cluster_.set_now(reading_.snapshot->now);
    return {};
  }

  /// Says what came of reading.
  ExitCode announce(const base::Result<void>& result) {
    if (!result) return fail(output_, ExitCode::kInvalidData, result.error().message);
    if (!settings_.quiet) print_time();
    return ExitCode::kOk;
  }

  void print_time() {
    if (settings_.date) {
      output_.line(base::cat("Setting effective cluster time: ", *settings_.date));
    } else if (reading_.snapshot->execution_date) {
      output_.line(base::cat("Using the original execution date of: ",
                             base::format_utc(*reading_.snapshot->execution_date)));
    }
  }

  void make_plan() {
    const bool reports = settings_.show_scores || settings_.show_utilization;
    plan_ = plan(*reading_.snapshot, 1, reports ? Reasons::kScores : Reasons::kNone);
  }

  ExitCode plan_and_simulate() {
    if (!is_planned_) make_plan();
    if (settings_.verbosity > 2) print_actions(plan_);
    report_scores(plan_, settings_, output_);
    report_summary(plan_, settings_, output_);
    const ExitCode code = save_artifacts();
    return code == ExitCode::kOk && settings_.simulate ? simulate() : code;
  }

  ExitCode save_artifacts() {
    if (!settings_.save_graph.empty()) {
      const auto written = input::write_pieces(settings_.save_graph, [&](const auto& sink) {
        cib_model::write_graph(plan_.graph, xml::Layout::kIndented, sink);
      });
      if (!written) return fail(output_, ExitCode::kIoError, written.error().message);
    }
    if (!settings_.save_dot.empty()) {
      const DotOptions options{settings_.all_actions, settings_.show_ids};
      const auto written =
          input::write_text(settings_.save_dot, write_dot(*plan_.actions, options));
      if (!written) return fail(output_, ExitCode::kIoError, written.error().message);
    }
    return ExitCode::kOk;
  }

  ExitCode simulate() {
    ExecutionReport report(settings_, output_);
    TransitionRun transition({plan_, cluster_, report}, read_failures(settings_.failures, output_));
    const TransitionEnd end = transition.run();
    report.finish();
    ExitCode code = ExitCode::kOk;
    if (end == TransitionEnd::kTerminated) {
      output_.error("Transition failed: terminated");
      output_.error("An invalid transition was produced");
      code = ExitCode::kError;
    }
    if (!shows()) return code;
    if (const ExitCode failed = announce(read()); failed != ExitCode::kOk) return failed;
    report_status(*reading_.status, StatusKind::kRevised, settings_, output_);
    return code;
  }

  ExitCode save(const std::string& path) {
    if (path.empty()) return ExitCode::kOk;
    const auto written = input::write_text(path, cluster_.document().indented());
    return written
               ? ExitCode::kOk
               : fail(output_, cli::exit_code_for(written.error().code), written.error().message);
  }

  ExitCode store_result() {
    const auto* file = std::get_if<input::File>(&settings_.source);
    if (settings_.save_output.empty() && settings_.in_place && file != nullptr) {
      return save(file->path);
    }
    return save(settings_.save_output);
  }

  const Settings& settings_;
  Output& output_;
  ClusterCopy cluster_;
  std::unique_ptr<cib_model::Histories> histories_;
  std::unique_ptr<input::SchemaCheck> check_;
  Reading reading_;
  Plan plan_;
  bool is_planned_ = false;
};

ExitCode fail_to_read(const Settings& settings, const base::Error& error, Output& output) {
  if (settings.is_live()) {
    return fail(output, ExitCode::kNoInput, base::cat("CIB query failed: ", error.message));
  }
  const bool malformed = error.code == base::Errc::kSchema;
  return fail(output, malformed ? ExitCode::kConfiguration : ExitCode::kSoftware,
              base::cat("Could not read input XML: ", error.message));
}

}  // namespace

ExitCode run(const cli::CommandLine& command_line, Output& output) {
  const auto settings = read_settings(command_line);
  if (!settings) return fail(output, ExitCode::kUsage, settings.error().message);
  if (!settings->profile_directory.empty()) return profile(*settings, output);
  if (settings->in_place && settings->source == input::Source(input::File{"-"})) {
    return fail(output, ExitCode::kNoInput, "--in-place needs a file to store the result in");
  }
  // Histories that are only planned with never stand in a document.
  std::unique_ptr<cib_model::Histories> histories;
  xml::Harvest harvest;
  if (!settings->uses_document_of_status()) {
    histories = std::make_unique<cib_model::Histories>();
    harvest = histories->harvest();
  }
  auto configuration =
      input::read(settings->source, "crm_simulate", histories ? &harvest : nullptr);
  if (!configuration) return fail_to_read(*settings, configuration.error(), output);
  auto check = std::make_unique<input::SchemaCheck>(*configuration);
  // Brought to a language that can be read and changed: once, and not for each step.
  if (const xml::Element root = configuration->cib.root(); cib::needs_rewriting(root)) {
    check->begin(configuration->cib);
    if (!accept(check->result())) return ExitCode::kConfiguration;
    check = nullptr;
    const auto rewritten = cib::rewrite(root, cib::kNewestSchema);
    if (!rewritten) return fail(output, ExitCode::kConfiguration, rewritten.error().message);
  }
  const auto simulation = std::make_shared<Simulation>(
      *settings, output, std::move(configuration->cib), std::move(histories));
  simulation->ask_first(std::move(check));
  cli::keep_until_exit(simulation);
  return simulation->run();
}

}  // namespace systole::policy::tool
