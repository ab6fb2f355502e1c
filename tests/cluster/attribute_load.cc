// Counts an attribute up through one connection, as fast as the node takes it:
//   cluster_attribute_load COUNT
// Prints how long the requests took and what the attribute is then, as "SECONDS VALUE".

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "lib/client/attribute_client.h"

int main(int argc, char** argv) {
  using systole::client::AttributeClient;
  if (argc != 2) return 64;
  const int count = std::atoi(argv[1]);
  auto client = AttributeClient::connect("attribute_load");
  if (!client) {
    std::fprintf(stderr, "%s\n", client.error().message.c_str());
    return 1;
  }
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const auto sent = (*client)->update({.name = "load", .value = "value++"});
    if (!sent) {
      std::fprintf(stderr, "update %d: %s\n", i, sent.error().message.c_str());
      return 1;
    }
  }
  // Answered after what was sent before.
  const auto values = (*client)->query("load", "localhost");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (!values || values->empty() || !values->front().value) {
    std::fprintf(stderr, "the attribute has no value\n");
    return 1;
  }
  std::printf("%.6f %s\n", took.count(), values->front().value->c_str());
  return 0;
}
