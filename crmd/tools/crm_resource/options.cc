#include "crmd/tools/crm_resource/options.h"

#include <array>

namespace systole::crmd::crm_resource {
namespace {

using cli::Argument;
using cli::Option;

constexpr std::array kQueries = {
    Option{kList, "list", 'L', Argument::kNone, "", "List all resources with their state"},
    Option{kListRaw, "list-raw", 'l', Argument::kNone, "",
           "List the ids of all instances of resources"},
    Option{kListCts, "list-cts", 'c', Argument::kNone, "", "", true},
    Option{kListOperations, "list-operations", 'O', Argument::kNone, "",
           "List active operations, of a --resource or on a --node if given"},
    Option{kListAllOperations, "list-all-operations", 'o', Argument::kNone, "",
           "List all operations, of a --resource or on a --node if given"},
    Option{kListStandards, "list-standards", 0, Argument::kNone, "", "List supported standards"},
    Option{kListProviders, "list-ocf-providers", 0, Argument::kOptional, "",
           "List all providers of OCF agents"},
    Option{kListAgents, "list-agents", 0, Argument::kRequired, "STD:PROV",
           "List all agents of a standard (and provider)"},
    Option{kListAlternatives, "list-ocf-alternatives", 0, Argument::kRequired, "AGENT",
           "List all providers of an OCF agent"},
    Option{kShowMetadata, "show-metadata", 0, Argument::kRequired, "SPEC",
           "Show the metadata of the agent class:provider:agent"},
    Option{kQueryXml, "query-xml", 'q', Argument::kNone, "",
           "Show a resource's configuration (templates expanded)"},
    Option{kQueryXmlRaw, "query-xml-raw", 'w', Argument::kNone, "",
           "Show a resource's configuration as it stands in the CIB"},
    Option{kGetParameter, "get-parameter", 'g', Argument::kRequired, "PARAM",
           "Show a resource's parameter (instance attribute unless --meta or\n--utilization is "
           "given)"},
    Option{kGetParameter, "get-property", 'G', Argument::kRequired, "", "", true},
    Option{kLocate, "locate", 'W', Argument::kNone, "", "Show where a resource runs"},
    Option{kConstraints, "constraints", 'a', Argument::kNone, "",
           "Show the location and colocation constraints of a resource; with\n--recursive also of "
           "the resources colocated with it. For a part of a\ngroup, clone or bundle those of the "
           "whole, unless --force is given."},
    Option{kStack, "stack", 'A', Argument::kNone, "", "The same as --constraints --recursive"},
    Option{kWhy, "why", 'Y', Argument::kNone, "",
           "Show why resources do not run, of a --resource or on a --node if\ngiven"},
};

constexpr std::array kCommands = {
    Option{
        kValidate, "validate", 0, Argument::kOptional, "LEVEL",
        "Check a configuration with the agent's validate-all action: that of\na resource (-r), "
        "or one given with --class, --agent, --provider and\n--option. LEVEL says how thoroughly "
        "to check."},
    Option{kCleanup, "cleanup", 'C', Argument::kNone, "",
           "Clear the history and fail counts of resources that have failed;\nonly of a "
           "--resource, --node, --operation with --interval if given.\nFor a part of a collective "
           "resource this does the whole, unless\n--force is given."},
    Option{kRefresh, "refresh", 'R', Argument::kNone, "",
           "Delete the history of resources, so that their state is probed\nagain; only of a "
           "--resource or --node if given. For a part of a\ncollective resource this does the "
           "whole, unless --force is given."},
    Option{kRefresh, "reprobe", 'P', Argument::kNone, "", "", true},
    Option{kSetParameter, "set-parameter", 'p', Argument::kRequired, "PARAM",
           "Set a resource's parameter to the value of -v (instance attribute\nunless --meta or "
           "--utilization is given)"},
    Option{kSetParameter, "set-property", 'S', Argument::kRequired, "", "", true},
    Option{kDeleteParameter, "delete-parameter", 'd', Argument::kRequired, "PARAM",
           "Delete a resource's parameter (instance attribute unless --meta or\n--utilization is "
           "given)"},
};

constexpr std::array kLocations = {
    Option{kMove, "move", 'M', Argument::kNone, "",
           "Make a constraint that moves a resource: to --node if given, else\naway from where it "
           "is. With --force it is also kept away from where\nit is. Optional: --lifetime, "
           "--promoted. The resource cannot come\nback until the constraint ends or is removed "
           "with --clear."},
    Option{kMove, "migrate", 0, Argument::kNone, "", "", true},
    Option{kBan, "ban", 'B', Argument::kNone, "",
           "Make a constraint that keeps a resource off a node: off --node if\ngiven, else off the "
           "one where it runs or is promoted.\nOptional: --lifetime, --promoted."},
    Option{kClear, "clear", 'U', Argument::kNone, "",
           "Remove the constraints that --ban and --move made for a --resource.\nOptional: --node, "
           "--promoted, --expired. With --node and --force also\nthose of --move to other nodes."},
    Option{kClear, "unmove", 0, Argument::kNone, "", "", true},
    Option{kClear, "unmigrate", 0, Argument::kNone, "", "", true},
    Option{kExpired, "expired", 'e', Argument::kNone, "",
           "Let --clear remove only constraints whose lifetime has ended"},
    Option{kLifetime, "lifetime", 'u', Argument::kRequired, "TIMESPEC",
           "How long the constraint of -B or -M lasts (an ISO 8601 duration)"},
    Option{kPromoted, "promoted", 0, Argument::kNone, "",
           "Only for the promoted role (with -B, -M, -U)"},
    Option{kPromoted, "master", 0, Argument::kNone, "", "Deprecated: Use --promoted instead"},
};

constexpr std::array kAdvanced = {
    Option{kDelete, "delete", 'D', Argument::kNone, "",
           "(Advanced) Delete a resource from the CIB. Required: -t"},
    Option{kFail, "fail", 'F', Argument::kNone, "",
           "(Advanced) Tell the cluster that a resource has failed"},
    Option{kRestart, "restart", 0, Argument::kNone, "",
           "(Advanced) Restart a resource and what depends on it"},
    Option{kWait, "wait", 0, Argument::kNone, "",
           "(Advanced) Wait until the cluster has nothing left to do"},
    Option{kDigests, "digests", 0, Argument::kNone, "",
           "(Advanced) Show the hashes of a resource's parameters by which\nchanges of the "
           "configuration are found. Required: --resource, --node.\nNAME=VALUE arguments replace "
           "parameters."},
    Option{kForceDemote, "force-demote", 0, Argument::kNone, "",
           "(Advanced) Demote a resource on this node behind the cluster's back"},
    Option{kForceStop, "force-stop", 0, Argument::kNone, "",
           "(Advanced) Stop a resource on this node behind the cluster's back"},
    Option{kForceStart, "force-start", 0, Argument::kNone, "",
           "(Advanced) Start a resource on this node behind the cluster's back"},
    Option{kForcePromote, "force-promote", 0, Argument::kNone, "",
           "(Advanced) Promote a resource on this node behind the cluster's\nback"},
    Option{kForceCheck, "force-check", 0, Argument::kOptional, "LEVEL",
           "(Advanced) Check a resource on this node behind the cluster's back"},
};

constexpr std::array kAdditional = {
    Option{kNode, "node", 'N', Argument::kRequired, "NAME", "Node name"},
    Option{kNode, "uname", 'H', Argument::kRequired, "", "", true},
    Option{kRecursive, "recursive", 0, Argument::kNone, "",
           "Follow colocations with --set-parameter and --constraints"},
    Option{kResourceType, "resource-type", 't', Argument::kRequired, "ELEMENT",
           "The resource's XML element (primitive, group, etc.) (with -D)"},
    Option{kParameterValue, "parameter-value", 'v', Argument::kRequired, "PARAM",
           "The value for -p"},
    Option{kMeta, "meta", 'm', Argument::kNone, "",
           "A meta-attribute instead of an instance attribute (with -p, -g, -d)"},
    Option{kUtilization, "utilization", 'z', Argument::kNone, "",
           "A utilization attribute instead of an instance attribute\n(with -p, -g, -d)"},
    Option{kOperation, "operation", 'n', Argument::kRequired, "OPERATION",
           "Clear only this operation (with -C -r)"},
    Option{kInterval, "interval", 'I', Argument::kRequired, "N",
           "The interval of that operation (default 0) (with -C -r -n)"},
    Option{kClass, "class", 0, Argument::kRequired, "CLASS", "The agent's standard (--validate)"},
    Option{kAgent, "agent", 0, Argument::kRequired, "AGENT", "The agent (--validate)"},
    Option{kProvider, "provider", 0, Argument::kRequired, "PROVIDER",
           "The agent's provider (--validate)"},
    Option{kOption, "option", 0, Argument::kRequired, "PARAM",
           "A parameter as NAME=VALUE, may be repeated (--validate without -r)"},
    Option{kSetName, "set-name", 's', Argument::kRequired, "ID",
           "(Advanced) XML ID of the set of attributes (with -p, -d)"},
    Option{kNvpair, "nvpair", 'i', Argument::kRequired, "ID",
           "(Advanced) XML ID of the attribute (with -p, -d)"},
    Option{kTimeout, "timeout", 'T', Argument::kRequired, "N",
           "(Advanced) Give up after this time (with --restart, --wait,\n--force-*)"},
    Option{kForce, "force", 'f', Argument::kNone, "",
           "Change the CIB without quorum too. See the commands for more."},
    Option{kXmlFile, "xml-file", 'x', Argument::kRequired, "", "", true},
};

constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'Q', Argument::kNone, "", "Say less"},
    Option{kResource, "resource", 'r', Argument::kRequired, "ID", "Resource ID"},
};

constexpr std::array kGroups = {
    cli::OptionGroup{"queries", "Queries:", "Show query help", kQueries},
    cli::OptionGroup{"commands", "Commands:", "Show command help", kCommands},
    cli::OptionGroup{"locations", "Locations:", "Show location help", kLocations},
    cli::OptionGroup{"advanced", "Advanced:", "Show advanced option help", kAdvanced},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

constexpr std::string_view kEpilogue = R"(Examples:

List the OCF agents of a provider:

	# crm_resource --list-agents ocf:heartbeat

Move 'myResource' to a node, and let it go where it likes again:

	# crm_resource --resource myResource --move --node altNode
	# crm_resource --resource myResource --clear

Stop 'myResource' and what depends on it:

	# crm_resource --resource myResource --set-parameter target-role --meta --parameter-value Stopped

Forget the failures of 'myResource' on a node, once their cause is gone:

	# crm_resource --resource myResource --cleanup --node aNode
)";

}  // namespace

const cli::Program kProgram = {
    .name = "crm_resource",
    .summary = "crm_resource - perform tasks related to Pacemaker cluster resources",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
};

}  // namespace systole::crmd::crm_resource
