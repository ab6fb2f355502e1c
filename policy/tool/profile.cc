#include "policy/tool/profile.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "policy/plan.h"

namespace systole::policy::tool {

namespace {

base::Result<std::vector<std::filesystem::path>> inputs_in(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.ends_with(".xml") && !name.starts_with(".")) {
      files.push_back(entry.path());
    }
  }
  if (failed) {
    return {base::Errc::kNoSuchFile,
            base::cat("Could not read '", directory, "': ", failed.message())};
  }
  std::sort(files.begin(), files.end());
  return files;
}

double seconds_for(const std::filesystem::path& file, const Settings& settings) {
  const auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < settings.repeat; ++i) {
    const auto configuration = input::read(input::File{file.string()}, "crm_simulate");
    if (!configuration) continue;
    cib_model::ReadOptions options{.now = std::time(nullptr), .from_file = true};
    if (settings.time) {
      options.now = settings.time->seconds;
      options.utc_offset = settings.time->utc_offset;
      options.explicit_now = true;
    }
    const auto snapshot = cib_model::read_snapshot(configuration->cib.root(), options);
    if (snapshot) plan(*snapshot);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

std::string number_text(const char* format, double number) {
  char text[48];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

}  // namespace

cli::ExitCode profile(const Settings& settings, cli::Output& output) {
  const auto files = inputs_in(settings.profile_directory);
  if (!files) {
    output.error(base::cat("crm_simulate: ", files.error().message));
    return cli::ExitCode::kNoInput;
  }
  cli::Element timings("timings");
  output.begin_list("Timings");
  output.show_heading();
  for (const std::filesystem::path& file : *files) {
    const double seconds = seconds_for(file, settings);
    output.item(
        base::cat("Testing ", file.string(), " ... ", number_text("%.2f", seconds), " secs"));
    timings.add("timing").set("file", file.string()).set("duration", number_text("%.6f", seconds));
  }
  output.end_list();
  if (output.is_structured()) output.root().add(std::move(timings));
  return cli::ExitCode::kOk;
}

}  // namespace systole::policy::tool
