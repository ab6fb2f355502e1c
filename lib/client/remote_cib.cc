#include "lib/client/remote_cib.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/client/password_prompt.h"

namespace systole::client {
namespace {

using base::Errc;
using base::Result;

constexpr std::chrono::seconds kConnectTimeout{60};

std::string login_message(const std::string& user, const std::string& password) {
  xml::Document message = xml::Document::create("cib_command");
  xml::Element root = message.root();
  root.set_attribute("op", "authenticate");
  root.set_attribute("user", user);
  root.set_attribute("password", password);
  // Tells the daemon not to log it.
  root.set_attribute("hidden", "password");
  return message.compact();
}

}  // namespace

Result<std::unique_ptr<remote::Client>> log_in(const RemoteCibSource& source) {
  auto connected = remote::Client::connect(source.address, kConnectTimeout);
  if (!connected) {
    base::Error error = connected.error();
    // This is no matter of a user's rights.
    if (error.code == Errc::kPermission) error.code = Errc::kInternal;
    return error;
  }
  std::unique_ptr<remote::Client> connection = std::move(*connected);
  const std::string password =
      source.password
          ? *source.password
          : ask_password(base::cat("Password of ", source.user, " at ", connection->name(), ": "));
  const Result<void> sent = connection->send(login_message(source.user, password), kConnectTimeout);
  const Result<std::string> answer =
      sent ? connection->receive(kConnectTimeout) : Result<std::string>(sent.error());
  if (!answer && answer.error().code == Errc::kNotConnected) {
    return {Errc::kProtocol, base::cat(connection->name(), " does not take user '", source.user,
                                       "' with this password")};
  }
  if (!answer) return answer.error();
  const Result<xml::Document> result = xml::Document::parse(*answer);
  if (!result || !result->root().is("cib_result") ||
      result->root().attribute_or("cib_op", "") != "register") {
    return {Errc::kProtocol, base::cat(connection->name(), " answers no login")};
  }
  return connection;
}

Result<std::unique_ptr<CibClient>> RemoteCib::connect(const RemoteCibSource& source,
                                                      std::string_view client_name) {
  Result<std::unique_ptr<remote::Client>> connection = log_in(source);
  if (!connection) return connection.error();
  return std::unique_ptr<CibClient>(new RemoteCib(std::move(*connection), client_name));
}

Result<CibAnswer> RemoteCib::call(const CibCall& call) {
  CibCall synchronous = call;
  synchronous.options = call.options | cib::CallOption::kSync;
  const int id = ++last_call_;
  const auto end = std::chrono::steady_clock::now() + call.timeout;
  const Result<void> sent =
      connection_->send(call_message(synchronous, "", id, client_name_), call.timeout);
  if (!sent) return no_answer(sent.error());
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const Result<std::string> text = connection_->receive(std::max(left, {}));
    if (!text) return no_answer(text.error());
    const Result<xml::Document> reply = xml::Document::parse(*text);
    if (!reply) {
      return {Errc::kProtocol, base::cat(connection_->name(), ": ", reply.error().message)};
    }
    // The answer to a call that was given up may still come.
    if (reply->root().attribute_or("cib_callid", "") != base::cat(id)) continue;
    return read_reply(*reply, id);
  }
}

}  // namespace systole::client
