#include "policy/bench/generated_cluster.h"

#include <vector>

#include "lib/base/strings.h"

namespace systole::policy::bench {

namespace {

using base::cat;

constexpr int kBlock = 7;       ///< resources in a repeated part: four primitives, a group of three
constexpr int kMostClones = 8;  ///< of as many instances as there are nodes

class Generator {
 public:
  Generator(int nodes, Situation situation)
      : nodes_(nodes),
        running_(situation == Situation::kSteady),
        histories_(static_cast<std::size_t>(nodes)) {}

  std::string generate(int resources) {
    for (int made = 0, part = 0; made < resources; made += kBlock, ++part) add_part(part);
    std::string nodes;
    std::string states;
    for (int n = 0; n < nodes_; ++n) {
      nodes += cat("<node id='", n + 1, "' uname='node", n, "'/>");
      states += cat("<node_state id='", n + 1, "' uname='node", n,
                    "' in_ccm='true' crmd='online' join='member' expected='member'><lrm id='",
                    n + 1, "'><lrm_resources>", histories_[static_cast<std::size_t>(n)],
                    "</lrm_resources></lrm></node_state>");
    }
    return cat(
        "<cib have-quorum='1' dc-uuid='1'><configuration><crm_config>"
        "<cluster_property_set id='o'><nvpair id='f' name='stonith-enabled' value='false'/>"
        "</cluster_property_set></crm_config><nodes>",
        nodes, "</nodes><resources>", resources_, "</resources><constraints>", constraints_,
        "</constraints></configuration><status>", states, "</status></cib>");
  }

 private:
  std::string primitive(const std::string& id) {
    return cat("<primitive id='", id, "' class='ocf' provider='bench' type='Agent'><operations>",
               "<op id='", id, "-m' name='monitor' interval='10s' timeout='20s'/></operations>",
               "</primitive>");
  }

  void remember(const std::string& id, int node, bool here) {
    if (!running_) return;
    const auto op = [&](const char* task, int call, int rc, int interval, const char* digest) {
      return cat("<lrm_rsc_op id='", id, "_", task, "_", interval, "' operation='", task,
                 "' call-id='", call, "' rc-code='", rc, "' op-status='0' interval='", interval,
                 "' transition-key='1:1:", rc, ":bench' op-digest='", digest, "'/>");
    };
    constexpr const char* kPlain = "f2317cad3d54cec5d7d7aa7d0bf35cf8";
    constexpr const char* kMonitor = "4811cef7f7f94e3a35a70be7916cb2fd";
    histories_[static_cast<std::size_t>(node)] +=
        cat("<lrm_resource id='", id, "' class='ocf' provider='bench' type='Agent'>",
            here ? op("start", 2, 0, 0, kPlain) + op("monitor", 3, 0, 10000, kMonitor)
                 : op("monitor", 1, 7, 0, kPlain),
            "</lrm_resource>");
  }

  void remember_on(const std::string& id, int home) {
    for (int n = 0; n < nodes_; ++n) remember(id, n, n == home);
  }

  void prefer(const std::string& id, int node) {
    constraints_ +=
        cat("<rsc_location id='l-", id, "' rsc='", id, "' node='node", node, "' score='100'/>");
  }

  void add_part(int part) {
    for (int i = 0; i < 4; ++i) {
      const std::string id = cat("p", part, "_", i);
      const int home = (part * 4 + i) % nodes_;
      resources_ += primitive(id);
      prefer(id, home);
      remember_on(id, home);
    }
    const std::string group = cat("g", part);
    resources_ += cat("<group id='", group, "'>");
    for (int i = 0; i < 3; ++i) {
      resources_ += primitive(cat(group, "_", i));
      remember_on(cat(group, "_", i), part % nodes_);
    }
    resources_ += "</group>";
    prefer(group, part % nodes_);
    constraints_ += cat("<rsc_order id='o", part, "' first='p", part, "_0' then='", group, "'/>");
    constraints_ += cat("<rsc_colocation id='k", part, "' rsc='p", part, "_1' with-rsc='p", part,
                        "_2' score='-50'/>");
    if (part % 8 != 0 || part / 8 >= kMostClones) return;
    resources_ += cat("<clone id='c", part, "'>", primitive(cat("c", part, "_r")), "</clone>");
    for (int n = 0; n < nodes_; ++n) remember(cat("c", part, "_r"), n, true);
  }

  int nodes_;
  bool running_;
  std::string resources_;
  std::string constraints_;
  std::vector<std::string> histories_;
};

}  // namespace

std::string generate_cluster(int nodes, int resources, Situation situation) {
  return Generator(nodes, situation).generate(resources);
}

}  // namespace systole::policy::bench
