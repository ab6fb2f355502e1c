#include "lib/client/cib_client.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "lib/base/strings.h"
#include "lib/client/cib_file.h"
#include "lib/client/live_cib.h"
#include "lib/client/remote_cib.h"
#include "lib/ipc/credentials.h"

namespace systole::client {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Nothing unless a port is named.
std::optional<RemoteCibSource> remote_from_environment() {
  const char* port = std::getenv("CIB_port");
  if (port == nullptr) return std::nullopt;
  const std::string server = environment("CIB_server");
  const std::string user = environment("CIB_user");
  const std::string encrypted = environment("CIB_encrypted");
  RemoteCibSource source{
      .address = {.host = server.empty() ? "localhost" : server,
                  .port = port,
                  .encrypted = encrypted.empty() || base::parse_bool(encrypted).value_or(false)},
      .user = user.empty() ? std::string(ipc::kDaemonUser) : user};
  if (const char* password = std::getenv("CIB_passwd"); password != nullptr) {
    source.password = password;
  }
  return source;
}

std::string user_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "" : entry->pw_name;
}

std::string shadow_directory() {
  if (std::string directory = environment("CIB_shadow_dir"); !directory.empty()) return directory;
  const std::string user = user_name();
  if (user == "root" || user == "hacluster") return std::string(kCibDirectory);
  return environment("HOME") + "/.cib";
}

}  // namespace

base::Result<xml::Document> CibClient::query(std::string_view section) {
  base::Result<CibAnswer> answer =
      call({.target = std::string(section), .options = cib::CallOption::kScopeLocal});
  if (!answer) return answer.error();
  if (!answer->verdict) return answer->verdict.error();
  if (!answer->data) {
    return {base::Errc::kProtocol,
            base::cat("the CIB answered the query of '", section, "' without data")};
  }
  return std::move(*answer->data);
}

base::Result<xml::Document> CibClient::query_xpath(std::string_view expression) {
  base::Result<CibAnswer> answer =
      call({.target = std::string(expression),
            .options = cib::CallOption::kScopeLocal | cib::CallOption::kXpath});
  if (!answer) return answer.error();
  if (!answer->verdict) return answer->verdict.error();
  if (!answer->data) return {base::Errc::kNotFound, base::cat("nothing matches ", expression)};
  return std::move(*answer->data);
}

base::Result<void> CibClient::change(const CibCall& request) {
  const base::Result<CibAnswer> answer = call(request);
  if (!answer) return answer.error();
  return answer->verdict;
}

base::Error no_answer(base::Error error) {
  if (error.code == base::Errc::kNotConnected) error.code = base::Errc::kIo;
  return error;
}

std::string shadow_path(std::string_view name) {
  return base::cat(shadow_directory(), "/shadow.", name);
}

CibSource cib_source_from_environment(std::string_view client_name) {
  CibSource source{.client_name = std::string(client_name)};
  source.file = environment("CIB_file");
  if (source.file.empty()) {
    if (const std::string shadow = environment("CIB_shadow"); !shadow.empty()) {
      source.file = shadow_path(shadow);
    }
  }
  source.remote = remote_from_environment();
  return source;
}

std::string user_of(const CibCall& call) {
  return call.user.empty() ? environment("CIB_user") : call.user;
}

base::Result<std::unique_ptr<CibClient>> open_cib(const CibSource& source) {
  if (!source.file.empty()) return CibFile::open(source.file);
  if (source.remote) return RemoteCib::connect(*source.remote, source.client_name);
  return LiveCib::connect(source.client_name);
}

}  // namespace systole::client
