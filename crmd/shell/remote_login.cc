#include "crmd/shell/remote_login.h"

#include <cstdlib>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;

/// PAM's stacks wait for some seconds after a wrong password.
constexpr base::Milliseconds kLoginCheckTimeout{30000};
constexpr std::size_t kLoginChecksMax = 8;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kPasswordMax = 1024;

/// What PAM's modules and the user database may look at.
std::vector<std::string> login_environment() {
  std::vector<std::string> environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  if (const char* service = std::getenv("CIB_pam_service"); service != nullptr) {
    environment.push_back(base::cat("CIB_pam_service=", service));
  }
  return environment;
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\n\0", 2)) == std::string_view::npos;
}

}  // namespace

Result<Login> read_login(std::string_view text) {
  const Result<xml::Document> document = xml::Document::parse(text);
  if (!document) return {Errc::kProtocol, "the first message is no XML"};
  const xml::Element root = document->root();
  if (!root.is("cib_command") || root.attribute_or("op", "") != "authenticate") {
    return {Errc::kProtocol, "the first message is no login"};
  }
  Login login{.user = std::string(root.attribute_or("user", "")),
              .password = std::string(root.attribute_or("password", ""))};
  if (login.user.empty() || login.user.size() > kNameMax || login.password.size() > kPasswordMax ||
      !is_one_line(login.user) || !is_one_line(login.password)) {
    return {Errc::kProtocol, "a login without a user and a password that could be ones"};
  }
  return login;
}

Result<void> RemoteLogin::check(const Login& login, Done done) {
  if (runner_.running() >= kLoginChecksMax) return {Errc::kBusy, "too many logins at a time"};
  process::Command command;
  command.argv = {program_};
  command.environment = login_environment();
  command.input = base::cat(login.user, "\n", login.password, "\n");
  const process::Limits limits{.timeout = kLoginCheckTimeout, .head_bytes = 1024, .tail_bytes = 0};
  const auto started =
      runner_.start(command, limits, [done = std::move(done)](const process::Outcome& outcome) {
        if (outcome.end == process::End::kExited && outcome.code == 0) {
          done({});
        } else if (outcome.end == process::End::kTimedOut) {
          done({Errc::kTimeout, "PAM takes too long"});
        } else {
          const std::string_view why = base::trim(outcome.err.head);
          done({Errc::kPermission, why.empty() ? "the check failed" : std::string(why)});
        }
      });
  if (!started) return started.error();
  return {};
}

}  // namespace systole::crmd
