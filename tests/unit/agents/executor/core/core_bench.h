#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "agents/executor/core/step.h"

namespace systole::executor {

using namespace std::chrono_literals;
using model::ExecutionStatus;
using model::ExitCode;

/// An executor core with a clock that tests move, and words for what they do and look at. What the
/// last step said is in `effects`; what it wants persisted is kept as a disk would.
class CoreBench {
 public:
  State state{};
  Now now{.steady = 1000ms, .epoch = std::chrono::seconds(1700000000)};
  Effects effects{};

  void feed(const Event& event) { take(step(state, event, now)); }

  void pass(Milliseconds time) {
    now.steady += time;
    now.epoch += std::chrono::duration_cast<std::chrono::seconds>(time);
    feed(Tick{});
  }

  CallId call() {
    Effects made;
    const CallId taken = take_call(state, made);
    keep(made);
    return taken;
  }

  void connect(ClientId client, bool confirms = false) {
    feed(ClientRegistered{.client = client, .confirms = confirms});
  }

  void add_resource(const std::string& id, ClientId client = kClient, bool drop = false) {
    feed(RegisterResource{.client = client,
                          .call = call(),
                          .resource = {.id = id, .agent = {"ocf", "systole", "Dummy"}},
                          .drop_operations_with_client = drop});
  }

  CallId execute(Operation operation, ClientId client = kClient) {
    const CallId taken = call();
    feed(Execute{.client = client, .call = taken, .operation = std::move(operation)});
    return taken;
  }

  void cancel(const std::string& resource, Milliseconds interval,
              const std::string& action = "monitor") {
    feed(Cancel{.client = kClient,
                .call = call(),
                .resource = resource,
                .action = action,
                .interval = interval});
  }

  void finish(RunId run, ExitCode code = ExitCode::kOk,
              ExecutionStatus status = ExecutionStatus::kDone) {
    feed(RunEnded{.run = run, .result = {.code = code, .status = status, .run_time = 5ms}});
  }

  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Effect& effect : effects) {
      if (const T* wanted = std::get_if<T>(&effect)) found.push_back(*wanted);
    }
    return found;
  }

  /// The only effect of this type; fails the test when there are none or several.
  template <typename T>
  T only() const {
    const std::vector<T> found = all<T>();
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? T{} : found.front();
  }

  std::vector<std::string> started() const {
    std::vector<std::string> found;
    for (const StartAgent& start : all<StartAgent>()) {
      found.push_back(start.operation.resource + " " + start.operation.action);
    }
    return found;
  }

  /// What a new process finds on disk.
  std::vector<Record> records() const {
    std::vector<Record> found(resources_.begin(), resources_.end());
    found.insert(found.end(), disk_.begin(), disk_.end());
    return found;
  }

  static constexpr ClientId kClient{1};

 private:
  void take(Effects made) {
    keep(made);
    effects = std::move(made);
  }

  static std::optional<RecordKey> key_of(const Record& record) {
    if (const auto* resource = std::get_if<ResourceRecord>(&record)) return resource->resource.id;
    if (const auto* operation = std::get_if<OperationRecord>(&record)) return operation->call;
    if (const auto* result = std::get_if<ResultRecord>(&record)) return result->result.id;
    return std::nullopt;
  }

  void erase(const std::optional<RecordKey>& key) {
    std::erase_if(resources_, [&](const Record& record) { return key_of(record) == key; });
    std::erase_if(disk_, [&](const Record& record) { return key_of(record) == key; });
  }

  void keep(const Effects& made) {
    for (const Effect& effect : made) {
      if (const auto* forget = std::get_if<Forget>(&effect)) erase(forget->key);
      if (const auto* persist = std::get_if<Persist>(&effect)) {
        erase(key_of(persist->record));
        const bool resource = std::holds_alternative<ResourceRecord>(persist->record);
        (resource ? resources_ : disk_).push_back(persist->record);
      }
    }
  }

  std::vector<Record> resources_;
  std::vector<Record> disk_;
};

}  // namespace systole::executor
