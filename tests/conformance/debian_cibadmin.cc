#include "tests/conformance/debian_cibadmin.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "lib/base/strings.h"

namespace systole::conformance {
namespace {

constexpr const char* kCommand = "/usr/sbin/cibadmin";

ToolAnswer run(const std::string& command) {
  ToolAnswer answer;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    answer.text.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) answer.code = WEXITSTATUS(status);
  return answer;
}

}  // namespace

bool debian_cibadmin_is_installed() {
  if (!std::filesystem::exists(kCommand)) return false;
  const ToolAnswer version = run(base::cat(kCommand, " --version 2>/dev/null"));
  return version.text.find("Pacemaker 2.1.5") != std::string::npos &&
         version.text.find("Systole") == std::string::npos;
}

ToolAnswer debian_cibadmin(const std::filesystem::path& file, const std::string& arguments) {
  return run(base::cat("env -u PCMK_schema_directory CIB_file=", file.string(), " ", kCommand, " ",
                       arguments, " 2>/dev/null"));
}

}  // namespace systole::conformance
