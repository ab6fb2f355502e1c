#include "crmd/tools/cibadmin/options.h"

#include <array>

namespace systole::crmd::cibadmin {
namespace {

using cli::Argument;
using cli::Option;

constexpr std::array kCommandOptions = {
    Option{kUpgrade, "upgrade", 'u', Argument::kNone, "",
           "Bring the configuration to the newest schema"},
    Option{kQuery, "query", 'Q', Argument::kNone, "", "Print the CIB or a part of it"},
    Option{kErase, "erase", 'E', Argument::kNone, "", "Empty the whole CIB"},
    Option{kBump, "bump", 'B', Argument::kNone, "", "Increase the CIB's epoch by 1"},
    Option{kCreate, "create", 'C', Argument::kNone, "",
           "Add an object (fails if it exists already)"},
    Option{kModify, "modify", 'M', Argument::kNone, "",
           "Find an object in the CIB and update it (fails if it does not exist, unless -c is "
           "given)"},
    Option{kPatch, "patch", 'P', Argument::kNone, "",
           "Apply an update in the form of an XML diff (see crm_diff(8))"},
    Option{kReplace, "replace", 'R', Argument::kNone, "",
           "Replace an object with everything below it"},
    Option{kDelete, "delete", 'D', Argument::kNone, "",
           "Delete the first object that matches (for example, <op id=\"rsc1_op1\" "
           "name=\"monitor\"/>)\nIts element name and every attribute given must match."},
    Option{kDeleteAll, "delete-all", 'd', Argument::kNone, "",
           "With --xpath, delete all matching objects instead of the first"},
    Option{kEmpty, "empty", 'a', Argument::kOptional, "", "Print an empty CIB"},
    Option{kMd5Sum, "md5-sum", '5', Argument::kNone, "",
           "Print the digest that the given CIB has on disk"},
    Option{kMd5SumVersioned, "md5-sum-versioned", '6', Argument::kNone, "",
           "Print the digest by which nodes compare the given CIB"},
    Option{kShowAccess, "show-access", 'S', Argument::kOptional, "",
           "Mark what a user may read and write (with -Q and -U)"},
    Option{kFeatures, "features", '!', Argument::kNone, "", "", true},
};

constexpr std::array kAdditional = {
    Option{kForce, "force", 'f', Argument::kNone, "", "Do it although it is dangerous"},
    Option{kTimeout, "timeout", 't', Argument::kRequired, "",
           "Time (in seconds) to wait before declaring the operation failed"},
    Option{kUser, "user", 'U', Argument::kRequired, "",
           "Run the command with the permissions of the named user (only for root and hacluster)"},
    Option{kSyncCall, "sync-call", 's', Argument::kNone, "",
           "Wait for the call to complete before returning"},
    Option{kLocal, "local", 'l', Argument::kNone, "", "Ask the local replica (for queries only)"},
    Option{kAllowCreate, "allow-create", 'c', Argument::kNone, "",
           "(Advanced) Let --modify/-M create what does not exist"},
    Option{kNoChildren, "no-children", 'n', Argument::kNone, "",
           "(Advanced) When querying an object, leave out what is below it"},
    Option{kHistoric, "historic-b", 'b', Argument::kNone, "", "", true},
    Option{kHistoric, "historic-h", 'h', Argument::kNone, "", "", true},
};

constexpr std::array kData = {
    Option{kXmlText, "xml-text", 'X', Argument::kRequired, "", "XML in the argument"},
    Option{kXmlFile, "xml-file", 'x', Argument::kRequired, "", "XML from the named file"},
    Option{kXmlPipe, "xml-pipe", 'p', Argument::kNone, "", "XML from standard input"},
    Option{kScope, "scope", 'o', Argument::kRequired, "",
           "Limit the operation to a section of the CIB\nValid values: configuration, nodes, "
           "resources, constraints, crm_config, rsc_defaults, op_defaults, acls, "
           "fencing-topology, tags, alerts, status"},
    Option{kXpath, "xpath", 'A', Argument::kRequired, "", "An XPath instead of --scope/-o"},
    Option{kNodePath, "node-path", 'e', Argument::kNone, "",
           "With --xpath, print where the matches are\n(for example, "
           "\"/cib/configuration/resources/clone[@id='c']/primitive[@id='p']\")"},
    Option{kNode, "node", 'N', Argument::kRequired, "",
           "(Advanced) Send the command to the named host"},
};

constexpr std::array kGroups = {
    cli::OptionGroup{"command", "Commands:", "", kCommandOptions},
    cli::OptionGroup{"additional", "Additional options:", "", kAdditional},
    cli::OptionGroup{"data", "Data:", "", kData},
};

constexpr std::string_view kEpilogue = R"(
Examples:

Print the configuration as the local node has it:

	# cibadmin --query --local

Print every target-role that is set:

	# cibadmin --query --xpath "//nvpair[@name='target-role']"

Delete the resource named 'old':

	# cibadmin --delete --xml-text '<primitive id="old"/>'

Replace the constraints by those in a file:

	# cibadmin --replace --scope constraints --xml-file $HOME/constraints.xml

Make sure that an older configuration cannot come back:

	# cibadmin --modify --xml-text '<cib admin_epoch="admin_epoch++"/>'

SEE ALSO:
 crm(8), pcs(8), crm_shadow(8), crm_diff(8)
)";

}  // namespace

const cli::Program kProgram = {
    .name = "cibadmin",
    .summary = "cibadmin - query and edit the Pacemaker configuration",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
    .formats = {},
    .style = cli::Style::kFlat,
};

}  // namespace systole::crmd::cibadmin
