// Counts an attribute up through connections of this node, as fast as it takes it:
//   cluster_attribute_load COUNT [CLIENTS]
// COUNT is shared out to the clients, each a process. Prints how long it took until this node
// showed the last of the updates and what the attribute is then, as "SECONDS VALUE".

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
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

int count_up(int updates) {
  const auto client = connect();
  if (!client) return 1;
  for (int i = 0; i < updates; ++i) {
    const auto sent = client->update({.name = "load", .value = "value++"});
    if (sent) continue;
    std::fprintf(stderr, "update %d: %s\n", i, sent.error().message.c_str());
    return 1;
  }
  return 0;
}

bool count_up_in_processes(int updates, int clients) {
  for (int i = 0; i < clients; ++i) {
    const pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) _exit(count_up(updates / clients + (i < updates % clients ? 1 : 0)));
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
  if (argc < 2 || argc > 3) return 64;
  const int count = std::atoi(argv[1]);
  const int clients = argc == 3 ? std::atoi(argv[2]) : 1;
  if (count < 1 || clients < 1) return 64;
  const auto begun = Clock::now();
  if (!count_up_in_processes(count, clients)) return 1;
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
