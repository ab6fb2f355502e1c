#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/daemon/event_loop.h"
#include "lib/process/runner.h"

namespace systole::crmd {

/// Who wants to be let in.
struct Login {
  std::string user;
  std::string password;
};

/// Reads the first message of a client on another machine. Whatever it is, the answer is a login or
/// an error that does not quote it.
base::Result<Login> read_login(std::string_view text);

/// Asks PAM and the user database about logins, in a process for each: they may take seconds, and
/// what they load is not to be trusted with the CIB.
class RemoteLogin {
 public:
  /// What is known of a login at the end; nothing was wrong when there is no error.
  using Done = std::function<void(base::Result<void>)>;

  /// `program` is systole-remote-login.
  RemoteLogin(daemon::EventLoop& loop, std::string program)
      : runner_(loop), program_(std::move(program)) {}

  /// Calls `done` once from the loop: kPermission when the login is refused, kTimeout. kBusy is
  /// returned at once (and `done` not called) while too many others are looked at.
  base::Result<void> check(const Login& login, Done done);

 private:
  process::Runner runner_;
  std::string program_;
};

}  // namespace systole::crmd
