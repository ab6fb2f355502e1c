#pragma once

#include <corosync/cmap.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/cluster/cluster.h"

namespace systole::cluster {

/// Corosync's configuration map.
class Cmap {
 public:
  static Result<std::unique_ptr<Cmap>> open(std::chrono::milliseconds limit);
  ~Cmap();
  Cmap(const Cmap&) = delete;
  Cmap& operator=(const Cmap&) = delete;

  std::optional<std::string> text(const std::string& key) const;
  std::optional<std::uint32_t> number(const std::string& key) const;
  Result<void> set_byte(const std::string& key, std::uint8_t value);

  /// The nodelist, ascending by number.
  std::vector<ConfiguredNode> nodes() const;

  /// Calls `changed` from dispatch() for each key below `prefix` that changes. Once at most.
  Result<void> track(const std::string& prefix, std::function<void()> changed);

  int fd() const;
  /// False when Corosync is gone.
  bool dispatch();

 private:
  explicit Cmap(cmap_handle_t handle) : handle_(handle) {}

  cmap_handle_t handle_;
  std::function<void()> changed_;
};

}  // namespace systole::cluster
