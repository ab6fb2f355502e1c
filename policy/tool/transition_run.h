#pragma once

#include <optional>
#include <vector>

#include "policy/plan.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/execution_report.h"
#include "policy/tool/transition.h"

namespace systole::policy::tool {

/// Carries a plan's transition out on a copy of the cluster, one action at a time.
class TransitionRun {
 public:
  struct Parts {
    const Plan& plan;
    ClusterCopy& cluster;
    ExecutionReport& report;
  };
  /// `failures` are operations that are told to fail.
  TransitionRun(Parts parts, std::vector<OperationSpec> failures)
      : plan_(parts.plan),
        cluster_(parts.cluster),
        report_(parts.report),
        failures_(std::move(failures)) {}

  TransitionEnd run();

 private:
  bool perform(const model::GraphAction& action);
  std::string display_name(const model::GraphAction& action) const;
  const OperationSpec* failure_of(const model::GraphAction& action, const std::string& name) const;
  void fail(const model::GraphAction& action, const OperationSpec& failure);

  const Plan& plan_;
  ClusterCopy& cluster_;
  ExecutionReport& report_;
  std::vector<OperationSpec> failures_;
};

/// Takes the operations apart that are to fail. Specifications that are none match nothing; those
/// whose result is no number are reported.
std::vector<OperationSpec> read_failures(const std::vector<std::string>& texts,
                                         cli::Output& output);

}  // namespace systole::policy::tool
