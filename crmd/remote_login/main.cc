// systole-remote-login
//
// Decides whether a user on another machine may administer this cluster. Two lines come on standard
// input: the user's name and the password. Exit code 0 lets the user in; otherwise standard error
// says why not. The user must be of group haclient, and PAM must accept the password for service
// "login", or the one that CIB_pam_service names.

#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

constexpr const char* kGroup = "haclient";

/// Why the user is not let in; nothing when there is no reason.
using Refusal = std::optional<std::string>;

Refusal check_membership(const std::string& user) {
  const passwd* account = getpwnam(user.c_str());
  if (account == nullptr) return "there is no such user";
  const gid_t primary = account->pw_gid;
  const group* wanted = getgrnam(kGroup);
  if (wanted == nullptr) return std::string("there is no group ") + kGroup;
  const gid_t gid = wanted->gr_gid;
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (getgrouplist(user.c_str(), primary, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
  }
  for (int i = 0; i < count; ++i) {
    if (groups[static_cast<std::size_t>(i)] == gid) return std::nullopt;
  }
  return std::string("the user is not of group ") + kGroup;
}

/// PAM's questions, of which only the one for the password is answered. PAM frees the answers.
int converse(int count, const pam_message** messages, pam_response** answers, void* password) {
  if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
  auto* out = static_cast<pam_response*>(
      std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (out == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF) continue;
    out[i].resp = strdup(static_cast<const char*>(password));
  }
  *answers = out;
  return PAM_SUCCESS;
}

Refusal check_password(const std::string& user, std::string& password) {
  const char* service = std::getenv("CIB_pam_service");
  if (service == nullptr || *service == '\0') service = "login";
  const pam_conv conversation{.conv = converse, .appdata_ptr = password.data()};
  pam_handle_t* handle = nullptr;
  int code = pam_start(service, user.c_str(), &conversation, &handle);
  if (code != PAM_SUCCESS) return std::string("PAM cannot be used: ") + pam_strerror(handle, code);
  Refusal refusal;
  code = pam_authenticate(handle, PAM_SILENT);
  if (code == PAM_SUCCESS) code = pam_acct_mgmt(handle, PAM_SILENT);
  if (code != PAM_SUCCESS) {
    refusal = pam_strerror(handle, code);
  } else {
    // A stack may make another user of the one that was named.
    const void* accepted = nullptr;
    code = pam_get_item(handle, PAM_USER, &accepted);
    if (code != PAM_SUCCESS || accepted == nullptr || user != static_cast<const char*>(accepted)) {
      refusal = "PAM accepts another user than the one named";
    }
  }
  pam_end(handle, code);
  return refusal;
}

}  // namespace

int main() {
  std::string user;
  std::string password;
  if (!std::getline(std::cin, user) || !std::getline(std::cin, password)) {
    std::fputs("usage: systole-remote-login, with user and password on standard input\n", stderr);
    return 64;
  }
  Refusal refusal = check_membership(user);
  if (!refusal) refusal = check_password(user, password);
  if (!refusal) return 0;
  std::fprintf(stderr, "%s\n", refusal->c_str());
  return 1;
}
