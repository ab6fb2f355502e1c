#include "fencing/shell/fencer_daemon.h"

#include <time.h>

#include <chrono>
#include <utility>

#include "fencing/shell/cib_reader.h"
#include "fencing/shell/codec.h"
#include "fencing/shell/permission.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

WallTime wall_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return {.seconds = now.tv_sec, .nanoseconds = now.tv_nsec};
}

SteadyTime steady_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::steady_clock::now());
}

/// Whether a change of the CIB can concern fencing: the status section changes all the time.
bool concerns_configuration(xml::Element patch) {
  if (!patch || patch.attribute_or("format", "") != "2") return true;
  for (const xml::Element change : patch.children("change")) {
    const std::string_view path = change.attribute_or("path", "");
    const bool status = path.starts_with("/cib/status");
    const bool root = path == "/cib" && change.attribute_or("operation", "") == "modify";
    if (!status && !root) return true;
  }
  return false;
}

}  // namespace

FencerDaemon::FencerDaemon(daemon::EventLoop& loop, cluster::Cluster& cluster, Options options,
                           std::function<void(const base::Error&)> failed)
    : loop_(loop),
      cluster_(cluster),
      options_(std::move(options)),
      failed_(std::move(failed)),
      runner_(loop, options_.agents_folder,
              [this](RunId run, ActionResult result) {
                feed(AgentFinished{.run = run, .result = std::move(result)});
              }),
      service_(
          state_, [this](Event event) { feed(std::move(event)); },
          [this](const std::string& user, std::string_view target) {
            // Alone it has no configuration that could say something else.
            if (!options_.watch_cib) return true;
            const xml::Document* cib = watcher_ ? watcher_->cib() : nullptr;
            return may_fence(cib != nullptr ? cib->root() : xml::Element(), user, target);
          }) {
  state_.self = {.number = cluster.local_node(), .name = cluster.local_name()};
}

FencerDaemon::~FencerDaemon() = default;

base::Result<void> FencerDaemon::start() {
  configure({});
  auto group = cluster_.join(
      cluster::kFencerGroup,
      {.on_view = [this](const cluster::View& view) { on_view(view); },
       .on_message = [this](const cluster::Member& sender,
                            const std::string& bytes) { on_message(sender, bytes); }});
  if (!group) return group.error();
  group_ = std::move(*group);
  if (!options_.watch_cib) return {};
  watcher_ = std::make_unique<client::CibWatcher>(
      loop_, "stonithd",
      client::CibWatcher::Handlers{
          .changed = [this](const xml::Document& cib, xml::Element patch) { on_cib(cib, patch); },
          .lost =
              [](const base::Error& why) {
                base::log(base::LogLevel::kNotice, "the CIB cannot be read (", why.message,
                          "); the configuration known so far stays in force");
              }});
  watcher_->start();
  return {};
}

void FencerDaemon::feed(Event event) {
  const Input input{
      .steady = steady_now(), .wall = wall_now(), .random = random_(), .event = std::move(event)};
  Effects effects = step(state_, input);
  for (Effect& effect : effects) apply(effect);
}

void FencerDaemon::apply(Effect& effect) {
  std::visit([this](const auto& one) { act(one); }, effect);
}

void FencerDaemon::act(const Multicast& effect) {
  if (!group_) return;
  const auto sent = group_->multicast(encode(effect.message));
  if (!sent) {
    base::log(base::LogLevel::kError,
              "a message to the other fencers cannot be sent: ", sent.error().message);
  }
}

void FencerDaemon::act(const ArmTimer& effect) {
  timers_[effect.timer] = loop_.call_after(effect.after, [this, key = effect.timer] {
    timers_.erase(key);
    feed(TimerFired{key});
  });
}

void FencerDaemon::act(const LogLine& effect) {
  base::log(effect.level, effect.text);
}

void FencerDaemon::on_view(const cluster::View& view) {
  ViewChanged event;
  for (const cluster::Member& member : view.members) event.members.insert(member.node);
  for (const cluster::Member& member : view.joined) event.joined.insert(member.node);
  feed(std::move(event));
}

void FencerDaemon::on_message(const cluster::Member& sender, const std::string& bytes) {
  auto message = decode(bytes);
  if (!message) {
    base::log(base::LogLevel::kError, "a message of node ", sender.node.value(),
              " is ignored: ", message.error().message);
    return;
  }
  feed(Delivered{{.sender = sender.node, .message = std::move(*message)}});
  serve_when_ready();
}

void FencerDaemon::serve_when_ready() {
  if (serving_ || !state_.sync.complete) return;
  serving_ = true;
  if (auto started = service_.start(loop_); !started) {
    failed_(started.error());
    return;
  }
  base::log(base::LogLevel::kNotice, "ready to fence, with ", state_.sync.members.size(),
            " fencers in all");
}

void FencerDaemon::on_cib(const xml::Document& cib, xml::Element patch) {
  if (!concerns_configuration(patch)) return;
  from_cib_ = read_configuration(cib.root(), state_.self.name);
  configure(from_cib_);
}

void FencerDaemon::nodes_changed() {
  configure(from_cib_);
}

void FencerDaemon::configure(Configuration configuration) {
  for (const cluster::ConfiguredNode& node : cluster_.nodes()) {
    configuration.node_ids.emplace(node.name, node.number.value());
  }
  for (Device& device : configuration.devices) {
    device.capabilities = runner_.capabilities(device.agent);
  }
  if (configuration != state_.configuration) {
    feed(ConfigurationChanged{std::move(configuration)});
  }
  describe_agents();
}

void FencerDaemon::describe_agents() {
  for (const auto& [id, local] : state_.devices) {
    if (local.device.capabilities.known) continue;
    runner_.describe(local.device.agent,
                     [this](const std::string& agent, AgentCapabilities capabilities) {
                       feed(AgentDescribed{.agent = agent, .capabilities = capabilities});
                     });
  }
}

}  // namespace systole::fencing
