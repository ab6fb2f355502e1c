#pragma once

#include <variant>
#include <vector>

#include "agents/executor/core/types.h"

namespace systole::executor {

// What must outlive the executor. Each record replaces the earlier one with the same key.

struct ResourceRecord {
  Resource resource{};
  bool operator==(const ResourceRecord&) const = default;
};

/// An operation that was accepted and has not ended; a recurring one until it is cancelled.
struct OperationRecord {
  CallId call{};
  Operation operation{};
  RunId run{};  ///< 0: no agent runs for it
  bool reported = false;
  model::ExitCode last_code = model::ExitCode::kUnknown;
  model::ExecutionStatus last_status = model::ExecutionStatus::kUnknown;
  std::chrono::seconds last_run{0};
  std::chrono::seconds last_change{0};
  bool operator==(const OperationRecord&) const = default;
};

/// A result that no controller has confirmed.
struct ResultRecord {
  OperationResult result{};
  bool operator==(const ResultRecord&) const = default;
};

/// Numbers from these on were never given out.
struct CounterRecord {
  CallId call{};
  RunId run{};
  ResultId result{};
  bool confirmation_expected = false;
  bool operator==(const CounterRecord&) const = default;
};

using Record = std::variant<ResourceRecord, OperationRecord, ResultRecord, CounterRecord>;

/// Names a record that is no longer wanted: a resource by its id, an operation by its call.
using RecordKey = std::variant<std::string, CallId, ResultId>;

}  // namespace systole::executor
