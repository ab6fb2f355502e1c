// Counts an attribute up through connections of this node, as fast as it takes it:
//   cluster_attribute_load COUNT [CLIENTS [stream]]
// COUNT is shared out to the clients, each a process. A client waits for the acknowledgement of
// each update before the next, or streams them. Prints how long it took until this node showed the
// last of the updates and what the attribute is then, as "SECONDS VALUE".

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "lib/client/attribute_client.h"

namespace {

using systole::client::AttributeClient;
using Clock = std::chrono::steady_clock;

std::unique_ptr<AttributeClient> connect() {
  auto client = AttributeClient::connect("attribute_load");
  if (client) return std::move(*client);
  std::fprintf(stderr, "%s\n", client.error().message.c_str());
  return nullptr;
}

int count_up(int updates, bool streams) {
  const auto client = connect();
  if (!client) return 1;
  for (int i = 0; i < updates; ++i) {
    const systole::client::AttributeUpdate update{.name = "load", .value = "value++"};
    const auto sent = streams ? client->post(update) : client->update(update);
    if (sent) continue;
    std::fprintf(stderr, "update %d: %s\n", i, sent.error().message.c_str());
    return 1;
  }
  // What was streamed has arrived once something after it is answered.
  return !streams || client->query("load", "localhost") ? 0 : 1;
}

bool count_up_in_processes(int updates, int clients, bool streams) {
  for (int i = 0; i < clients; ++i) {
    const pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) _exit(count_up(updates / clients + (i < updates % clients ? 1 : 0), streams));
  }
  bool good = true;
  int status = 0;
  while (wait(&status) > 0) good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return good;
}

std::string value_here(AttributeClient& client) {
  const auto values = client.query("load", "localhost");
  return values && !values->empty() ? values->front().value.value_or("") : "";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) return 64;
  const int count = std::atoi(argv[1]);
  const int clients = argc > 2 ? std::atoi(argv[2]) : 1;
  const bool streams = argc > 3 && std::string_view(argv[3]) == "stream";
  if (count < 1 || clients < 1) return 64;
  const auto begun = Clock::now();
  if (!count_up_in_processes(count, clients, streams)) return 1;
  const auto client = connect();
  if (!client) return 1;
  // Updates are acknowledged before they are carried out.
  auto changed = Clock::now();
  std::string value = value_here(*client);
  while (value != std::to_string(count) && Clock::now() - changed < std::chrono::seconds(5)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::string now = value_here(*client);
    if (now != value) changed = Clock::now();
    value = std::move(now);
  }
  const std::chrono::duration<double> took = changed - begun;
  std::printf("%.6f %s\n", took.count(), value.c_str());
  return 0;
}
