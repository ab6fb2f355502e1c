#include "policy/bench/generated_cluster.h"

#include <vector>

#include "lib/base/md5.h"
#include "lib/base/strings.h"

namespace systole::policy::bench {

namespace {

using base::cat;

constexpr int kMostClones = 16;

/// An agent, as executors know it.
struct Agent {
  std::string id;
  const char* attributes = "class='ocf' provider='bench' type='Service'";
  bool promotable = false;
  bool fences = false;
};

std::string digest(const Agent& agent, bool recurring) {
  const char* timeout = recurring ? " CRM_meta_timeout=\"20000\"" : "";
  std::string parameters = agent.fences ? "" : cat(" data=\"/srv/", agent.id, "\"");
  return base::md5_hex(cat(" <parameters", timeout, parameters, "/>\n"));
}

class Generator {
 public:
  Generator(int nodes, Situation situation)
      : nodes_(nodes),
        known_(situation != Situation::kCold),
        lost_(situation == Situation::kNodeLost ? nodes - 1 : -1),
        histories_(static_cast<std::size_t>(nodes)),
        scores_(static_cast<std::size_t>(nodes)) {}

  std::string generate(int resources) {
    add_fence_device();
    for (int part = 0; made_ < resources; ++part) add_part(part);
    std::string nodes;
    std::string states;
    for (int n = 0; n < nodes_; ++n) {
      nodes += cat("<node id='", n + 1, "' uname='host", n, "'/>\n");
      states += node_state(n);
    }
    return cat(
        "<cib validate-with='pacemaker-3.9' crm_feature_set='3.16.1' admin_epoch='0' epoch='1' "
        "num_updates='0' have-quorum='1' dc-uuid='1'><configuration><crm_config>"
        "<cluster_property_set id='o'><nvpair id='o-fencing' name='stonith-enabled' value='true'/>"
        "</cluster_property_set></crm_config><nodes>\n",
        nodes, "</nodes><resources>\n", resources_, "</resources><constraints>\n", constraints_,
        "</constraints></configuration><status>\n", states, "</status></cib>\n");
  }

 private:
  std::string node_state(int n) const {
    const auto place = static_cast<std::size_t>(n);
    const char* member = n == lost_ ? "in_ccm='false' crmd='offline' join='down'"
                                    : "in_ccm='true' crmd='online' join='member'";
    std::string content;
    if (known_) {
      content = cat("<lrm id='", n + 1, "'><lrm_resources>\n", histories_[place],
                    "</lrm_resources></lrm><transient_attributes id='", n + 1,
                    "'><instance_attributes id='status-", n + 1, "'>", scores_[place],
                    "</instance_attributes></transient_attributes>");
    }
    return cat("<node_state id='", n + 1, "' uname='host", n, "' ", member,
               " expected='member' crm-debug-origin='bench'>", content, "</node_state>\n");
  }

  std::string monitors(const Agent& agent) const {
    if (agent.fences) return cat("<op id='", agent.id, "-m' name='monitor' interval='1h'/>");
    if (!agent.promotable) {
      return cat("<op id='", agent.id, "-m' name='monitor' interval='15s' timeout='20s'/>");
    }
    return cat("<op id='", agent.id, "-m' name='monitor' interval='15s' timeout='20s' ",
               "role='Unpromoted'/><op id='", agent.id,
               "-p' name='monitor' interval='14s' timeout='20s' role='Promoted'/>");
  }

  std::string primitive(const Agent& agent) {
    ++made_;
    std::string parameters;
    if (!agent.fences) {
      parameters = cat("<instance_attributes id='", agent.id, "-a'><nvpair id='", agent.id,
                       "-a-data' name='data' value='/srv/", agent.id, "'/></instance_attributes>");
    }
    return cat("<primitive id='", agent.id, "' ", agent.attributes, ">", parameters, "<operations>",
               monitors(agent), "<op id='", agent.id,
               "-start' name='start' interval='0' timeout='40s'/><op id='", agent.id,
               "-stop' name='stop' interval='0' timeout='60s'/></operations></primitive>\n");
  }

  /// One recorded operation.
  std::string record(const Agent& agent, int node, const char* task, int interval_ms, int rc) {
    const std::string key = cat(++calls_, ":2:", rc, ":00000000-0000-4000-8000-000000000000");
    const std::string id =
        interval_ms > 0 ? cat(agent.id, "_", task, "_", interval_ms) : cat(agent.id, "_last_0");
    return cat("<lrm_rsc_op id='", id, "' operation_key='", agent.id, "_", task, "_", interval_ms,
               "' operation='", task, "' crm-debug-origin='bench' crm_feature_set='3.16.1' ",
               "transition-key='", key, "' transition-magic='0:", rc, ";", key, "' call-id='",
               calls_, "' rc-code='", rc, "' op-status='0' interval='", interval_ms,
               "' last-rc-change='1700000000' exec-time='12' queue-time='0' on_node='host", node,
               "' op-digest='", digest(agent, interval_ms > 0), "'/>");
  }

  enum class Here { kNot, kRunning, kPromoted };
  void remember(const Agent& agent, int node, Here here) {
    if (!known_) return;
    std::string operations;
    if (here == Here::kNot) {
      operations = record(agent, node, "monitor", 0, 7);
    } else if (here == Here::kPromoted) {
      operations = record(agent, node, "promote", 0, 0) + record(agent, node, "monitor", 14000, 8);
    } else {
      const int interval = agent.fences ? 3600000 : 15000;
      operations = record(agent, node, "start", 0, 0) + record(agent, node, "monitor", interval, 0);
    }
    histories_[static_cast<std::size_t>(node)] +=
        cat("<lrm_resource id='", agent.id, "' ", agent.attributes, ">", operations,
            "</lrm_resource>\n");
  }

  void remember_on(const Agent& agent, int home) {
    for (int n = 0; n < nodes_; ++n) remember(agent, n, n == home ? Here::kRunning : Here::kNot);
  }

  void prefer(const std::string& id, int node, int score) {
    constraints_ += cat("<rsc_location id='", id, "-on-", node, "' rsc='", id, "' node='host", node,
                        "' score='", score, "'/>\n");
  }

  void add_fence_device() {
    const Agent device{
        .id = "fencing", .attributes = "class='stonith' type='fence_bench'", .fences = true};
    resources_ += primitive(device);
    remember_on(device, 0);
  }

  void add_part(int part) {
    for (int i = 0; i < 4; ++i) {
      const Agent agent{.id = cat("alone", part, "-", i)};
      const int home = (part * 4 + i) % nodes_;
      resources_ += primitive(agent);
      prefer(agent.id, home, 100);
      remember_on(agent, home);
    }
    const int home = part % nodes_;
    const std::string group = cat("stack", part);
    resources_ += cat("<group id='", group, "'>\n");
    for (int i = 0; i < 3; ++i) {
      const Agent agent{.id = cat(group, "-", i)};
      resources_ += primitive(agent);
      remember_on(agent, home);
    }
    resources_ += "</group>\n";
    prefer(group, home, 150);
    constraints_ += cat("<rsc_order id='before-", group, "' first='alone", part, "-0' then='",
                        group, "'/>\n<rsc_colocation id='apart", part, "' rsc='alone", part,
                        "-1' with-rsc='alone", part, "-2' score='-40'/>\n");
    if (part > 0 && part % 3 == 0) {
      constraints_ += cat("<rsc_order id='after-", group, "' first='stack", part - 1, "' then='",
                          group, "' kind='Optional'/>\n");
    }
    if (part % 2 == 1 && part / 2 < kMostClones) add_clones(part, group);
  }

  /// A clone that a group needs, and a promotable one of two instances.
  void add_clones(int part, const std::string& group) {
    const std::string clone = cat("everywhere", part);
    const Agent agent{.id = clone + "-copy"};
    resources_ += cat("<clone id='", clone, "'>", primitive(agent), "</clone>\n");
    for (int n = 0; n < nodes_; ++n) remember(agent, n, Here::kRunning);
    constraints_ += cat("<rsc_order id='first-", clone, "' first='", clone, "' then='", group,
                        "'/>\n<rsc_colocation id='with-", clone, "' rsc='", group, "' with-rsc='",
                        clone, "' score='INFINITY'/>\n");
    const std::string pair = cat("pair", part);
    const Agent data{.id = pair + "-copy",
                     .attributes = "class='ocf' provider='bench' type='Data'",
                     .promotable = true};
    resources_ +=
        cat("<clone id='", pair, "'><meta_attributes id='", pair, "-m'><nvpair id='", pair,
            "-m-p' name='promotable' value='true'/><nvpair id='", pair,
            "-m-n' name='clone-max' value='2'/></meta_attributes>", primitive(data), "</clone>\n");
    const int first = part % nodes_;
    const int second = (part + 1) % nodes_;
    prefer(pair, first, 60);
    prefer(pair, second, 30);
    for (int n = 0; n < nodes_; ++n) {
      remember(data, n, n == first ? Here::kPromoted : (n == second ? Here::kRunning : Here::kNot));
    }
    promotion_score(data, first, 20);
    promotion_score(data, second, 5);
  }

  void promotion_score(const Agent& agent, int node, int score) {
    scores_[static_cast<std::size_t>(node)] +=
        cat("<nvpair id='status-", node + 1, "-master-", agent.id, "' name='master-", agent.id,
            "' value='", score, "'/>");
  }

  int nodes_;
  bool known_;
  int lost_;
  int made_ = 0;
  int calls_ = 0;
  std::string resources_;
  std::string constraints_;
  std::vector<std::string> histories_;
  std::vector<std::string> scores_;
};

}  // namespace

std::optional<Situation> parse_situation(std::string_view name) {
  if (name == "cold") return Situation::kCold;
  if (name == "running") return Situation::kRunning;
  if (name == "lost") return Situation::kNodeLost;
  return std::nullopt;
}

std::string generate_cluster(int nodes, int resources, Situation situation) {
  return Generator(nodes, situation).generate(resources);
}

}  // namespace systole::policy::bench
