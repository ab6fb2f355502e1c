#include "lib/client/live_cib.h"

#include "lib/base/strings.h"
#include "lib/ipc/connect_error.h"

namespace systole::client {
namespace {

constexpr std::chrono::seconds kRegistrationTimeout{30};

/// A whole CIB can be large; it comes from our own daemon, whose credentials were checked.
base::Result<xml::Document> parse(std::string_view text) {
  base::Result<xml::Document> document = xml::Document::parse(text);
  if (document) return document;
  return {base::Errc::kProtocol, base::cat("the CIB's answer: ", document.error().message)};
}

}  // namespace

base::Result<std::unique_ptr<CibClient>> LiveCib::connect(std::string_view client_name,
                                                          std::string_view service) {
  base::Result<std::unique_ptr<ipc::Client>> connection = ipc::Client::connect(service);
  if (!connection) return ipc::as_absent(connection.error());
  std::unique_ptr<LiveCib> client(new LiveCib(std::move(*connection)));
  const base::Result<std::string> answer =
      client->connection_->request(register_message(client_name), kRegistrationTimeout);
  if (!answer) return answer.error();
  const base::Result<xml::Document> document = parse(*answer);
  if (!document) return document.error();
  client->client_id_ = document->root().attribute_or("cib_clientid", "");
  return std::unique_ptr<CibClient>(std::move(client));
}

base::Result<CibAnswer> LiveCib::call(const CibCall& call) {
  CibCall synchronous = call;
  synchronous.options = call.options | cib::CallOption::kSync;
  synchronous.user = user_of(call);
  const int id = ++last_call_;
  const base::Result<std::string> text =
      connection_->request(call_message(synchronous, client_id_, id), call.timeout);
  if (!text) return no_answer(text.error());
  const base::Result<xml::Document> reply = parse(*text);
  if (!reply) return reply.error();
  return read_reply(*reply, id);
}

}  // namespace systole::client
