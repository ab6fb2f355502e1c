#include "lib/client/fencer_client.h"

#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/client.h"
#include "lib/ipc/endpoints.h"

namespace systole::client {
namespace {

using base::Errc;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kRetryDelay{200};
constexpr milliseconds kFencerConnectTimeout{500};
/// How much longer than the fencer itself we wait for its answer.
constexpr seconds kAnswerGrace{10};

}  // namespace

FencerClient::FencerClient(daemon::EventLoop& loop, std::string name, Handlers handlers)
    : loop_(loop), name_(std::move(name)), handlers_(std::move(handlers)) {}

FencerClient::~FencerClient() = default;

void FencerClient::start() {
  retry_timer_ = loop_.call_after(milliseconds(0), [this] { connect(); });
}

void FencerClient::retry() {
  retry_timer_ = loop_.call_after(kRetryDelay, [this] { connect(); });
}

void FencerClient::connect() {
  auto connection =
      ipc::Client::connect(ipc::endpoint::kFencer, {.connect_timeout = kFencerConnectTimeout});
  if (!connection) return retry();
  connection_ = std::move(*connection);
  const auto attached = connection_->attach(
      loop_, [this](const std::string& text) { on_event(text); },
      [this] {
        lose({Errc::kNotConnected, "the fencer went away"});
      });
  if (!attached) return lose(attached.error());
  // Without asking for responses: those would have to be waited for.
  for (const std::string& message : {fencer_register_message(name_),
                                     fencer_subscribe_message(fencer_wire::kNotifyFence, true)}) {
    if (const auto sent = connection_->send(message); !sent) return lose(sent.error());
  }
  if (handlers_.on_connected) handlers_.on_connected();
}

void FencerClient::lose(const base::Error& why) {
  const std::weak_ptr<bool> alive = alive_;
  const bool was_connected = connection_ != nullptr;
  connection_.reset();
  retry();
  auto calls = std::exchange(calls_, {});
  for (auto& [number, call] : calls) {
    call.done(why);
    if (alive.expired()) return;
  }
  if (was_connected && handlers_.on_disconnected) handlers_.on_disconnected();
}

void FencerClient::on_event(const std::string& text) {
  const auto event = xml::Document::parse(text);
  if (!event) {
    base::log(base::LogLevel::kWarning,
              "Ignoring a message of the fencer: ", event.error().message);
    return;
  }
  const xml::Element root = event->root();
  if (root.is(fencer_wire::kReply)) {
    on_reply(root);
  } else if (root.is(fencer_wire::kAsyncTimeout)) {
    on_timeout_value(root);
  } else if (root.attribute_or("subt", "") == fencer_wire::kNotifyFence && handlers_.on_fence) {
    const xml::Element data = root.first_child(fencer_wire::kCallData);
    const xml::Element fence = data ? data.first_child() : xml::Element();
    if (!fence) return;
    FenceEvent read = read_fence_event(fence);
    read.result = read_fencer_result(root);
    handlers_.on_fence(read);
  }
}

void FencerClient::on_reply(xml::Element reply) {
  const auto number = base::parse_integer<int>(reply.attribute_or("st_callid", ""));
  if (number) answer(*number, reply);
}

void FencerClient::on_timeout_value(xml::Element value) {
  const auto number = base::parse_integer<int>(value.attribute_or("st_callid", ""));
  const auto limit = base::parse_integer<int>(value.attribute_or("st_timeout", ""));
  if (number && limit && *limit > 0) arm(*number, seconds(*limit));
}

void FencerClient::arm(int number, seconds limit) {
  const auto found = calls_.find(number);
  if (found == calls_.end()) return;
  found->second.timer = loop_.call_after(limit + kAnswerGrace, [this, number] {
    answer(number, base::Error{Errc::kTimeout, "the fencer did not answer in time"});
  });
}

void FencerClient::answer(int number, base::Result<xml::Element> result) {
  auto found = calls_.extract(number);
  if (!found.empty()) found.mapped().done(std::move(result));
}

void FencerClient::call(FencerCall frame, const xml::Document* input, RawAnswer done) {
  frame.call = ++last_call_;
  calls_[frame.call].done = std::move(done);
  arm(frame.call, frame.timeout + frame.timeout / 5);
  base::Result<std::int32_t> sent = base::Error{Errc::kNotConnected, "the fencer is not there"};
  if (connection_) sent = connection_->send(fencer_call_message(frame, input));
  if (sent) return;
  loop_.post([this, weak = std::weak_ptr<bool>(alive_), number = frame.call, error = sent.error()] {
    if (!weak.expired()) answer(number, error);
  });
}

void FencerClient::simple_call(FencerCall frame, const xml::Document& input, Answer done) {
  call(frame, &input, [done = std::move(done)](base::Result<xml::Element> reply) {
    if (reply) {
      done(read_fencer_result(*reply));
    } else {
      done(reply.error());
    }
  });
}

void FencerClient::fence(const FenceRequest& request, Answer done) {
  simple_call({.op = "st_fence",
               .call = 0,
               .options = fencer_wire::kAllowSelf,
               .timeout = request.timeout,
               .delay = request.delay},
              fence_input(request), std::move(done));
}

void FencerClient::register_device(const FencerDevice& device, Answer done) {
  simple_call({.op = "st_device_register"}, device_input(device), std::move(done));
}

void FencerClient::remove_device(std::string_view id, Answer done) {
  simple_call({.op = "st_device_remove"}, device_id_input(id), std::move(done));
}

void FencerClient::execute(std::string_view device, std::string_view action, seconds timeout,
                           Answer done) {
  simple_call({.op = "st_execute", .call = 0, .options = 0, .timeout = timeout},
              exec_input(device, action, {}), std::move(done));
}

void FencerClient::history(std::string_view target,
                           std::function<void(base::Result<std::vector<FenceEvent>>)> done) {
  const xml::Document input = history_input(target);
  call({.op = "st_fence_history"}, target.empty() ? nullptr : &input,
       [done = std::move(done)](base::Result<xml::Element> reply) {
         if (reply) {
           done(read_fence_history(*reply));
         } else {
           done(reply.error());
         }
       });
}

}  // namespace systole::client
