// Joins a group and keeps it busy with messages of all lengths, and writes down every view and
// message that it is given: one line each, to compare between nodes.
//
//   group_probe GROUP SEED SECONDS LOG
//
//   V <members>                 a view: node.pid of each member
//   M <node.pid> <seq> <size>   a message; "BAD" after it when its content is damaged

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "lib/base/strings.h"
#include "lib/cluster/cluster.h"
#include "lib/daemon/event_loop.h"

namespace {

using namespace systole;

std::string name(const cluster::Member& member) {
  return base::cat(member.node.value(), ".", member.pid);
}

class Probe {
 public:
  Probe(std::FILE* log, unsigned seed) : log_(log), random_(seed) {}

  cluster::Group::Handlers handlers() {
    return {.on_view = [this](const cluster::View& view) { on_view(view); },
            .on_message = [this](const cluster::Member& sender,
                                 const std::string& bytes) { on_message(sender, bytes); }};
  }

  void use(cluster::Group* group, cluster::NodeNumber node) {
    group_ = group;
    self_ = {.node = node, .pid = static_cast<std::uint32_t>(getpid())};
  }

 private:
  static constexpr int kInFlight = 8;

  void on_view(const cluster::View& view) {
    std::string line = "V";
    for (const auto& member : view.members) line += " " + name(member);
    std::fprintf(log_, "%s\n", line.c_str());
    if (!std::exchange(in_, true)) {
      for (int i = 0; i < kInFlight; ++i) send();
    }
  }

  void on_message(const cluster::Member& sender, const std::string& bytes) {
    const auto space = bytes.find(' ');
    const std::string sequence = bytes.substr(0, space);
    const char expected = static_cast<char>('a' + bytes.size() % 26);
    const bool good = space != std::string::npos &&
                      std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(space) + 1,
                                  bytes.end(), [&](char c) { return c == expected; });
    std::fprintf(log_, "M %s %s %zu%s\n", name(sender).c_str(), sequence.c_str(), bytes.size(),
                 good ? "" : " BAD");
    if (sender == self_) send();
  }

  void send() {
    const unsigned kind = random_() % 100;
    const std::size_t limit = kind < 70 ? 3000 : kind < 90 ? 400000 : 1500000;
    const std::string head = base::cat(sequence_++, " ");
    const std::size_t size = head.size() + random_() % limit;
    (void)group_
        ->multicast(head + std::string(size - head.size(), static_cast<char>('a' + size % 26)))
        .ok();
  }

  std::FILE* log_;
  std::mt19937 random_;
  cluster::Group* group_ = nullptr;
  cluster::Member self_;
  bool in_ = false;
  std::uint64_t sequence_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  std::FILE* log = std::fopen(argv[4], "w");
  if (log == nullptr) return 73;
  std::setvbuf(log, nullptr, _IOLBF, BUFSIZ);
  daemon::EventLoop loop;
  auto cluster = cluster::connect_corosync(loop, std::chrono::seconds(30));
  if (!cluster) {
    std::fprintf(stderr, "%s\n", cluster.error().message.c_str());
    return 69;
  }
  Probe probe(log, static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)));
  auto group = (*cluster)->join(argv[1], probe.handlers());
  if (!group) {
    std::fprintf(stderr, "%s\n", group.error().message.c_str());
    return 69;
  }
  probe.use(group->get(), (*cluster)->local_node());
  loop.run_until([] { return false; }, std::chrono::seconds(std::strtol(argv[3], nullptr, 10)));
  group->reset();
  std::fclose(log);
  return 0;
}
