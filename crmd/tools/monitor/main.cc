#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "crmd/tools/failure_text.h"
#include "crmd/tools/monitor/follow.h"
#include "crmd/tools/monitor/interactive.h"
#include "crmd/tools/monitor/live.h"
#include "crmd/tools/monitor/options.h"
#include "crmd/tools/monitor/page.h"
#include "crmd/tools/monitor/snapshot.h"
#include "crmd/tools/schema_notice.h"
#include "lib/base/strings.h"
#include "lib/cli/tool.h"
#include "lib/cli/version.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::monitor {
namespace {

constexpr int kSimpleCritical = 2;

cli::ExitCode fail_without_cluster(const Settings& settings, cli::Output& output,
                                   const base::Error& error) {
  if (settings.simple) {
    output.line(base::cat("CLUSTER CRIT: Connection to cluster failed: ", error.message));
    return static_cast<cli::ExitCode>(kSimpleCritical);
  }
  return cli::fail(output, kProgram, error);
}

/// A node whose supervisor answers, unlike its CIB.
cli::ExitCode fail_without_cib(const View& node, cli::Output& output,
                               const client::CibSource& source, const base::Error& error) {
  if (output.is_text()) print_supervisor(node, output);
  const base::Error told = cib_connection_error(source, error);
  output.error(told.message);
  return cli::exit_code_for(told.code);
}

/// A CIB that cannot be opened; of a cluster, that is told as of a cluster that cannot be reached,
/// unless this node is up and lacks no more than its CIB.
cli::ExitCode fail_to_open(const Settings& settings, cli::Output& output,
                           const client::CibSource& source, const base::Error& error) {
  if (!source.file.empty()) return fail_without_cluster(settings, output, error);
  View node;
  if (!settings.simple && (source.remote || add_supervisor(node))) {
    return fail_without_cib(node, output, source, error);
  }
  const std::string why = source.remote ? error.message : failure_text(error);
  if (!settings.simple) output.error(base::cat("error: Could not connect to launcher: ", why));
  return fail_without_cluster(
      settings, output,
      {error.code, settings.simple ? why : base::cat("Connection to cluster failed: ", why)});
}

cli::ExitCode show(const Settings& settings, const xml::Document& cib, bool live,
                   cli::Output& output) {
  print_schema_notice(cib);
  base::Result<Snapshot> snapshot = take_snapshot(cib, settings, std::time(nullptr));
  if (!snapshot) return cli::fail(output, kProgram, snapshot.error());
  if (live) add_live_sources(snapshot->view);
  if (settings.simple) {
    print_supervisor(snapshot->view, output);
    const SimpleStatus simple = simple_status(snapshot->view);
    output.line(simple.text);
    return static_cast<cli::ExitCode>(simple.code);
  }
  write_page(snapshot->view, output);
  return cli::ExitCode::kOk;
}

/// Asked for, or called under a name that a web server calls it by.
bool is_for_web(const cli::CommandLine& command_line) {
  return command_line.has(static_cast<int>(OptionId::kWebCgi)) ||
         command_line.request.substr(0, command_line.request.find(' ')).ends_with("crm_mon.cgi");
}

/// What the options say about the output that have newer spellings.
base::Result<void> apply_old_output_options(const cli::CommandLine& command_line,
                                            cli::Output& output) {
  if (command_line.has(static_cast<int>(OptionId::kAsXml))) {
    output.use_format(cli::OutputFormat::kLegacyXml);
    cli::Element root("crm_mon");
    root.set("version", cli::kCompatibleVersion);
    output.set_root(std::move(root));
  }
  const auto html_file = command_line.value(static_cast<int>(OptionId::kAsHtml));
  if (html_file) {
    output.use_format(cli::OutputFormat::kHtml);
    if (base::Result<void> used = output.use_destination(*html_file); !used) return used;
  }
  if (is_for_web(command_line)) {
    output.use_format(cli::OutputFormat::kHtml);
    output.use_cgi_header();
  }
  return {};
}

bool has_output_file(const cli::Output& output) {
  return !output.options().destination.empty() && output.options().destination != "-";
}

base::Result<void> check(const Settings& settings, const cli::Output& output) {
  if (settings.daemonize && settings.external_agent.empty() && !has_output_file(output)) {
    return {base::Errc::kUsage,
            "--daemonize requires at least one of --output-to and --external-agent"};
  }
  return {};
}

/// The page is kept up to date until somebody ends it.
cli::ExitCode follow(const Settings& settings, cli::Output& output) {
  cli::Output::Options page = output.options();
  if (has_output_file(output)) page.destination = std::filesystem::absolute(page.destination);
  if (settings.daemonize) {
    const base::Result<void> gone = go_to_background(std::filesystem::absolute(settings.pid_file));
    if (!gone) return cli::fail(output, kProgram, gone.error());
  }
  const base::Result<void> followed = follow_cluster(settings, page);
  if (!followed) return cli::fail(output, kProgram, followed.error());
  // Everything is written; the output's own page would replace it.
  output.use_format(cli::OutputFormat::kNone);
  return cli::ExitCode::kOk;
}

enum class Mode { kOnce, kTerminal, kFollow };

Mode mode_of(const Settings& settings, bool live, const cli::Output& output) {
  if (!live || settings.one_shot) return Mode::kOnce;
  if (settings.daemonize || has_output_file(output)) return Mode::kFollow;
  if (!settings.plain && output.is_text() && isatty(STDOUT_FILENO) == 1) return Mode::kTerminal;
  return settings.external_agent.empty() ? Mode::kOnce : Mode::kFollow;
}

cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output) {
  const base::Result<void> prepared = apply_old_output_options(command_line, output);
  if (!prepared) return cli::fail(output, kProgram, prepared.error());
  base::Result<Settings> settings = read_settings(command_line, output.format());
  if (!settings) return cli::fail(output, kProgram, settings.error());
  const base::Result<void> checked = check(*settings, output);
  if (!checked) return cli::fail(output, kProgram, checked.error());
  if (settings->list_sections) {
    output.line(section_names());
    return cli::ExitCode::kOk;
  }
  client::CibSource source = client::cib_source_from_environment(kProgram.name);
  if (!settings->file.empty()) source.file = settings->file;
  base::Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  if (!cib) return fail_to_open(*settings, output, source, cib.error());
  base::Result<xml::Document> document = (*cib)->query();
  if (!document) return fail_without_cluster(*settings, output, document.error());
  if (is_for_web(command_line) && !(*cib)->is_live()) {
    return cli::fail(output, kProgram, {base::Errc::kUsage, "CGI mode used with CIB file"});
  }
  const Mode mode = mode_of(*settings, (*cib)->is_live(), output);
  if (mode == Mode::kOnce) return show(*settings, *document, (*cib)->is_live(), output);
  cib->reset();
  if (mode == Mode::kFollow) return follow(*settings, output);
  const base::Result<void> watched = watch_cluster(*settings);
  return watched ? cli::ExitCode::kOk : cli::fail(output, kProgram, watched.error());
}

}  // namespace
}  // namespace systole::crmd::monitor

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::monitor::kProgram, systole::crmd::monitor::run, argc,
                                argv);
}
