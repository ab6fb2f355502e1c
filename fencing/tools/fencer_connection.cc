#include "fencing/tools/fencer_connection.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/base/strings.h"
#include "lib/ipc/client.h"
#include "lib/ipc/connect_error.h"
#include "lib/ipc/endpoints.h"

namespace systole::fencing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kRegisterTimeout{10};
/// How much longer than the fencer we wait.
constexpr seconds kGrace{60};

/// The call number that a message of the fencer is about.
std::optional<int> call_of(xml::Element message) {
  return base::parse_integer<int>(message.attribute_or("st_callid", ""));
}

}  // namespace

FencerConnection::FencerConnection(std::unique_ptr<ipc::Client> client)
    : client_(std::move(client)) {}
FencerConnection::~FencerConnection() = default;

base::Result<std::unique_ptr<FencerConnection>> FencerConnection::open(std::string_view name) {
  auto client = ipc::Client::connect(ipc::endpoint::kFencer);
  if (!client) return ipc::as_absent(client.error());
  const auto registered =
      (*client)->request(client::fencer_register_message(name), kRegisterTimeout);
  if (!registered) return registered.error();
  return std::unique_ptr<FencerConnection>(new FencerConnection(std::move(*client)));
}

base::Result<xml::Document> FencerConnection::call(client::FencerCall call,
                                                   const xml::Document* input) {
  call.call = ++last_call_;
  const auto sent = client_->send(client::fencer_call_message(call, input));
  if (!sent) return sent.error();
  auto deadline = steady_clock::now() + call.timeout + kGrace;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left <= milliseconds(0)) break;
    const auto event = client_->next_event(left);
    if (!event) return event.error();
    if (!*event) break;
    auto message = xml::Document::parse(**event);
    if (!message) return message.error();
    const xml::Element root = message->root();
    if (call_of(root) != call.call) continue;
    if (root.is(client::fencer_wire::kReply)) return std::move(*message);
    const auto total = base::parse_integer<int>(root.attribute_or("st_timeout", ""));
    if (total) deadline = steady_clock::now() + seconds(std::max(*total, 0)) + kGrace;
  }
  return base::Error{base::Errc::kTimeout, "Timer expired"};
}

}  // namespace systole::fencing
