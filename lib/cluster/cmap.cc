#include "lib/cluster/cmap.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "lib/base/strings.h"
#include "lib/cluster/corosync_error.h"

namespace systole::cluster {

using base::cat;

namespace {

constexpr std::string_view kNodelist = "nodelist.node.";

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> out;
  return inet_pton(AF_INET, text.c_str(), out.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), out.data()) == 1;
}

// "nodelist.node.2.ring0_addr" -> 2
std::optional<std::uint32_t> position_of(std::string_view key) {
  if (!key.starts_with(kNodelist)) return std::nullopt;
  key.remove_prefix(kNodelist.size());
  return base::parse_integer<std::uint32_t>(key.substr(0, key.find('.')));
}

}  // namespace

Result<std::unique_ptr<Cmap>> Cmap::open(std::chrono::milliseconds limit) {
  cmap_handle_t handle = 0;
  const cs_error_t code = retry(limit, [&] { return cmap_initialize(&handle); });
  if (code != CS_OK) return corosync_error("cannot read Corosync's configuration", code);
  return std::unique_ptr<Cmap>(new Cmap(handle));
}

Cmap::~Cmap() {
  cmap_finalize(handle_);
}

std::optional<std::string> Cmap::text(const std::string& key) const {
  char* value = nullptr;
  if (cmap_get_string(handle_, key.c_str(), &value) != CS_OK) return std::nullopt;
  std::string copy(value);
  std::free(value);
  return copy;
}

std::optional<std::uint32_t> Cmap::number(const std::string& key) const {
  std::uint32_t value = 0;
  if (cmap_get_uint32(handle_, key.c_str(), &value) != CS_OK) return std::nullopt;
  return value;
}

Result<void> Cmap::set_byte(const std::string& key, std::uint8_t value) {
  const cs_error_t code = cmap_set_uint8(handle_, key.c_str(), value);
  if (code != CS_OK) return corosync_error(cat("cannot set ", key), code);
  return {};
}

std::vector<ConfiguredNode> Cmap::nodes() const {
  std::vector<std::uint32_t> positions;
  cmap_iter_handle_t iterator = 0;
  if (cmap_iter_init(handle_, std::string(kNodelist).c_str(), &iterator) == CS_OK) {
    std::array<char, CMAP_KEYNAME_MAXLEN + 1> key{};
    while (cmap_iter_next(handle_, iterator, key.data(), nullptr, nullptr) == CS_OK) {
      const auto position = position_of(key.data());
      if (position) positions.push_back(*position);
    }
    cmap_iter_finalize(handle_, iterator);
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());

  std::vector<ConfiguredNode> nodes;
  for (const std::uint32_t position : positions) {
    const std::string prefix = cat(kNodelist, position, ".");
    const auto number_found = number(prefix + "nodeid");
    if (!number_found || *number_found == 0) continue;
    ConfiguredNode node{.number = NodeNumber(*number_found), .name = {}, .votes = 1};
    node.name = text(prefix + "name").value_or("");
    if (node.name.empty()) {
      const std::string address = text(prefix + "ring0_addr").value_or("");
      node.name = address.empty() || is_address(address) ? cat("Node", *number_found) : address;
    }
    node.votes = number(prefix + "quorum_votes").value_or(1);
    nodes.push_back(std::move(node));
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return nodes;
}

Result<void> Cmap::track(const std::string& prefix, std::function<void()> changed) {
  changed_ = std::move(changed);
  const auto notify = [](cmap_handle_t, cmap_track_handle_t, std::int32_t, const char*,
                         cmap_notify_value, cmap_notify_value,
                         void* data) { static_cast<Cmap*>(data)->changed_(); };
  cmap_track_handle_t track = 0;
  const cs_error_t code =
      cmap_track_add(handle_, prefix.c_str(),
                     CMAP_TRACK_ADD | CMAP_TRACK_DELETE | CMAP_TRACK_MODIFY | CMAP_TRACK_PREFIX,
                     notify, this, &track);
  if (code != CS_OK) return corosync_error("cannot follow Corosync's configuration", code);
  return {};
}

int Cmap::fd() const {
  int fd = -1;
  cmap_fd_get(handle_, &fd);
  return fd;
}

bool Cmap::dispatch() {
  const cs_error_t code = cmap_dispatch(handle_, CS_DISPATCH_ALL);
  return code == CS_OK || is_transient(code);
}

Result<void> permit_group(gid_t group, std::chrono::milliseconds limit) {
  auto cmap = Cmap::open(limit);
  if (!cmap) return cmap.error();
  return (*cmap)->set_byte(cat("uidgid.gid.", group), 1);
}

}  // namespace systole::cluster
