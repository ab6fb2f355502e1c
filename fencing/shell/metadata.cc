#include "fencing/shell/metadata.h"

#include <array>
#include <string_view>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

using base::cat;
using xml::Element;

struct Parameter {
  std::string_view name;
  std::string_view type;
  std::string_view fallback;
  std::string_view shortdesc;
  std::string_view longdesc;
};

constexpr std::array<Parameter, 7> kParameters = {{
    {"pcmk_host_argument", "string", "port",
     "Advanced use only: An alternate parameter to supply instead of 'port'",
     "The agent's parameter that names the machine to be fenced, for agents that do not take "
     "'port'. The value 'none' keeps the cluster from supplying any."},
    {"pcmk_host_map", "string", "",
     "A mapping of host names to ports numbers for devices that do not support host names.",
     "For example node1:1;node2:2,3 uses port 1 for node1 and ports 2 and 3 for node2."},
    {"pcmk_host_list", "string", "", "Eg. node1,node2,node3",
     "The machines that this device controls (optional unless pcmk_host_check=static-list)."},
    {"pcmk_host_check", "string", "dynamic-list",
     "How to determine which machines are controlled by the device.",
     "One of: dynamic-list (ask the device with its 'list' command), static-list (look into "
     "pcmk_host_list), status (ask the device with its 'status' command), none (every device can "
     "fence every machine)."},
    {"pcmk_delay_max", "time", "0s",
     "Enable a random delay for fencing actions and specify the maximum of the whole delay.",
     "Wait before fencing, pcmk_delay_base and a random time that together stay below this "
     "maximum."},
    {"pcmk_delay_base", "string", "0s",
     "Enable a base delay for fencing actions and specify base delay value.",
     "Wait this long before fencing, which keeps two nodes from fencing each other at the same "
     "time. A single time for every target, or a map such as node1:1s;node2:5."},
    {"pcmk_action_limit", "integer", "1",
     "The maximum number of actions can be performed in parallel on this device",
     "How many actions may run on this device at once; -1 is unlimited."},
}};

constexpr std::array<std::string_view, 6> kActions = {"reboot", "off",     "on",
                                                      "list",   "monitor", "status"};

void add(Element parameters, const Parameter& parameter) {
  Element element = parameters.append("parameter");
  element.set_attribute("name", parameter.name);
  Element longdesc = element.append("longdesc");
  longdesc.set_attribute("lang", "en");
  longdesc.set_text(parameter.longdesc);
  Element shortdesc = element.append("shortdesc");
  shortdesc.set_attribute("lang", "en");
  shortdesc.set_text(parameter.shortdesc);
  Element content = element.append("content");
  content.set_attribute("type", parameter.type);
  content.set_attribute("default", parameter.fallback);
}

void add_action(Element parameters, std::string_view action) {
  add(parameters, {cat("pcmk_", action, "_action"), "string", action,
                   cat("Advanced use only: An alternate command to run instead of '", action, "'"),
                   cat("The device's own command that does what '", action, "' stands for.")});
  add(parameters,
      {cat("pcmk_", action, "_timeout"), "time", "60s",
       cat("Advanced use only: Specify an alternate timeout to use for ", action,
           " actions instead of stonith-timeout"),
       cat("For devices that need much more or less time than usual for '", action, "'.")});
  add(parameters, {cat("pcmk_", action, "_retries"), "integer", "2",
                   cat("Advanced use only: The maximum number of times to retry the '", action,
                       "' command within the timeout period"),
                   cat("A device that is busy can fail; '", action,
                       "' is then tried again while there is time. This limits how often.")});
}

}  // namespace

std::string device_parameters_metadata() {
  xml::Document document = xml::Document::create("resource-agent");
  Element root = document.root();
  root.set_attribute("name", "pacemaker-fenced");
  root.set_attribute("version", "2.1.5");
  root.append("version").set_text("1.1");
  Element longdesc = root.append("longdesc");
  longdesc.set_attribute("lang", "en");
  longdesc.set_text(
      "Instance attributes that every resource of class \"stonith\" takes, used by "
      "the fencer");
  Element shortdesc = root.append("shortdesc");
  shortdesc.set_attribute("lang", "en");
  shortdesc.set_text("Instance attributes available for all \"stonith\"-class resources");
  Element parameters = root.append("parameters");
  for (const Parameter& parameter : kParameters) add(parameters, parameter);
  for (const std::string_view action : kActions) add_action(parameters, action);
  return cat("<?xml version=\"1.0\"?>\n", document.indented());
}

}  // namespace systole::fencing
