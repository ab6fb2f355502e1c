#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/daemon/event_loop.h"

struct sd_bus;
struct sd_bus_message;
struct sd_bus_slot;

namespace systole::executor {

struct CloseBus {
  void operator()(sd_bus* bus) const;
};
using BusHandle = std::unique_ptr<sd_bus, CloseBus>;

/// A connection to a D-Bus, driven by an event loop. Nothing here blocks.
class BusConnection {
 public:
  /// The answer is valid during the call. Errors are the callee's, with the D-Bus name of the error
  /// in the message, or kNotConnected.
  using Reply = std::function<void(base::Result<sd_bus_message*>)>;
  using Signal = std::function<void(sd_bus_message*)>;
  using Lost = std::function<void(const base::Error&)>;

  /// `lost` is called once, from the loop, when the connection ends; it may destroy this. Calls
  /// under way are answered with kNotConnected before.
  static base::Result<std::unique_ptr<BusConnection>> attach(daemon::EventLoop& loop, BusHandle bus,
                                                             Lost lost);
  ~BusConnection();
  BusConnection(const BusConnection&) = delete;
  BusConnection& operator=(const BusConnection&) = delete;

  struct Method {
    const char* destination;  ///< nullptr on a connection without a bus in between
    const char* path;
    const char* interface;
    const char* name;
  };
  /// Calls a method whose arguments are strings.
  void call(const Method& method, const std::vector<std::string>& arguments, Reply reply);

  /// Calls `signal` for each signal `name` of `interface` by `sender` (nullptr: by anybody).
  base::Result<void> watch_signal(const char* sender, const char* interface, const char* name,
                                  Signal signal);

  sd_bus* native() const { return bus_.get(); }
  /// To be called after something was sent by way of native().
  void pump();

 private:
  struct Call;
  struct Watched;
  struct Callbacks;

  BusConnection(daemon::EventLoop& loop, BusHandle bus, Lost lost);
  void answer(std::uint64_t number, base::Result<sd_bus_message*> result);
  void lose(int code);

  daemon::EventLoop& loop_;
  Lost lost_;
  BusHandle bus_;
  daemon::Watch watch_;
  daemon::Timer pump_soon_;
  std::uint64_t last_call_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Call>> calls_;
  std::vector<std::unique_ptr<Watched>> watched_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace systole::executor
