#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "crmd/shell/agent_catalogue.h"
#include "crmd/shell/result_queue.h"
#include "lib/client/executor_client.h"
#include "lib/cluster/cluster.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// The executor of this node: effects become its requests, its results become events.
class ExecutorAdapter {
 public:
  using Deliver = std::function<void(Event)>;

  /// `loop` outlives this.
  ExecutorAdapter(daemon::EventLoop& loop, const cluster::Cluster& cluster, Deliver deliver);

  /// Connects, now and whenever the connection is lost.
  void start() { client_.start(); }

  void execute(const Operation& operation);
  void cancel(const effect::CancelOperation& request);
  void forget(const std::string& resource);
  void release(std::uint64_t receipt);
  /// Has an alert agent run, once the executor is there.
  void alert(client::AlertRequest alert);

 private:
  /// What the executor tells after a connection, until it is complete.
  struct Greeting {
    bool active = false;
    bool complete = false;  ///< told; the results are on their way through the queue
    std::size_t answers_due = 0;
    std::vector<event::ExecutorConnected::Running> running;
    std::vector<client::ExecutorResult> held;
    std::vector<event::OperationFinished> finished;
  };

  void send_alert(const client::AlertRequest& alert);
  void on_connected();
  void on_disconnected();
  void on_result(const client::ExecutorResult& result);
  void learn_agent(const std::string& resource);
  void on_operations(const base::Result<std::vector<client::RecurringOperation>>& operations);
  void answer_came();
  void end_greeting();
  void on_finished(event::OperationFinished finished);
  /// The result in the controller's terms, without its agent's traits.
  event::OperationFinished translate(const client::ExecutorResult& result);
  Operation operation_of(const client::ExecutorOperation& executed) const;
  /// Has the executor do an operation whose resource it knows, by the agent's name of the action.
  void send(const Operation& operation, std::string_view action);
  void refused(const Operation& operation, const base::Error& error);
  void send_cancel(const effect::CancelOperation& request);

  Deliver deliver_;
  std::string node_;
  std::string node_id_;
  AgentCatalogue agents_;
  ResultQueue results_;
  Greeting greeting_;
  std::set<std::string> registered_;                        ///< resources that the executor knows
  std::map<std::string, ocf::AgentName> agent_of_;          ///< by resource
  std::map<std::string, Operation> executed_;               ///< by transition key, until they end
  std::map<std::string, effect::CancelOperation> cancels_;  ///< by transition key, unanswered
  std::deque<client::AlertRequest> alerts_;                 ///< while the executor is away
  client::ExecutorClient client_;                           ///< last: its callbacks use the others
};

}  // namespace systole::crmd
