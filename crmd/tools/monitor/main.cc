#include <unistd.h>

#include <ctime>

#include "crmd/tools/monitor/interactive.h"
#include "crmd/tools/monitor/live.h"
#include "crmd/tools/monitor/options.h"
#include "crmd/tools/monitor/page.h"
#include "crmd/tools/monitor/snapshot.h"
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

cli::ExitCode show(const Settings& settings, const xml::Document& cib, bool live,
                   cli::Output& output) {
  base::Result<Snapshot> snapshot = take_snapshot(cib, settings, std::time(nullptr));
  if (!snapshot) return cli::fail(output, kProgram, snapshot.error());
  if (live) add_live_sources(snapshot->view);
  if (settings.quiet) snapshot->view.supervisor.reset();
  if (settings.simple) {
    const SimpleStatus simple = simple_status(snapshot->view);
    output.line(simple.text);
    return static_cast<cli::ExitCode>(simple.code);
  }
  if (output.is_structured()) {
    add_page_xml(snapshot->view, output.root());
  } else {
    print_page(snapshot->view, output);
  }
  return cli::ExitCode::kOk;
}

cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output) {
  if (command_line.has(static_cast<int>(OptionId::kAsXml))) {
    output.use_format(cli::OutputFormat::kLegacyXml);
    cli::Element root("crm_mon");
    root.set("version", cli::kCompatibleVersion);
    output.set_root(std::move(root));
  }
  base::Result<Settings> settings = read_settings(command_line, output.is_structured());
  if (!settings) return cli::fail(output, kProgram, settings.error());
  if (settings->list_sections) {
    output.line(section_names());
    return cli::ExitCode::kOk;
  }
  client::CibSource source = client::cib_source_from_environment(kProgram.name);
  if (!settings->file.empty()) source.file = settings->file;
  base::Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  if (!cib) return fail_without_cluster(*settings, output, cib.error());
  base::Result<xml::Document> document = (*cib)->query();
  if (!document) return fail_without_cluster(*settings, output, document.error());
  const bool interactive =
      !settings->one_shot && !settings->plain && (*cib)->is_live() && isatty(STDOUT_FILENO) == 1;
  if (!interactive) return show(*settings, *document, (*cib)->is_live(), output);
  const base::Result<void> watched = watch_cluster(*settings);
  return watched ? cli::ExitCode::kOk : cli::fail(output, kProgram, watched.error());
}

}  // namespace
}  // namespace systole::crmd::monitor

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::monitor::kProgram, systole::crmd::monitor::run, argc,
                                argv);
}
