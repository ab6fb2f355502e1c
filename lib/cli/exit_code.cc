#include "lib/cli/exit_code.h"

#include <array>

namespace systole::cli {
namespace {

constexpr std::array kExitCodes = {
    CodeName{0, "CRM_EX_OK", "OK"},
    CodeName{1, "CRM_EX_ERROR", "Error occurred"},
    CodeName{2, "CRM_EX_INVALID_PARAM", "Invalid parameter"},
    CodeName{3, "CRM_EX_UNIMPLEMENT_FEATURE", "Unimplemented"},
    CodeName{4, "CRM_EX_INSUFFICIENT_PRIV", "Insufficient privileges"},
    CodeName{5, "CRM_EX_NOT_INSTALLED", "Not installed"},
    CodeName{6, "CRM_EX_NOT_CONFIGURED", "Not configured"},
    CodeName{7, "CRM_EX_NOT_RUNNING", "Not running"},
    CodeName{8, "CRM_EX_PROMOTED", "Promoted"},
    CodeName{9, "CRM_EX_FAILED_PROMOTED", "Failed in promoted role"},
    CodeName{64, "CRM_EX_USAGE", "Incorrect usage"},
    CodeName{65, "CRM_EX_DATAERR", "Invalid data given"},
    CodeName{66, "CRM_EX_NOINPUT", "Input file not available"},
    CodeName{67, "CRM_EX_NOUSER", "User does not exist"},
    CodeName{68, "CRM_EX_NOHOST", "Host does not exist"},
    CodeName{69, "CRM_EX_UNAVAILABLE", "Necessary service unavailable"},
    CodeName{70, "CRM_EX_SOFTWARE", "Internal software bug"},
    CodeName{71, "CRM_EX_OSERR", "Operating system error occurred"},
    CodeName{72, "CRM_EX_OSFILE", "System file not available"},
    CodeName{73, "CRM_EX_CANTCREAT", "Cannot create output file"},
    CodeName{74, "CRM_EX_IOERR", "I/O error occurred"},
    CodeName{75, "CRM_EX_TEMPFAIL", "Temporary failure, try again"},
    CodeName{76, "CRM_EX_PROTOCOL", "Protocol violated"},
    CodeName{77, "CRM_EX_NOPERM", "Insufficient privileges"},
    CodeName{78, "CRM_EX_CONFIG", "Invalid configuration"},
    CodeName{100, "CRM_EX_FATAL", "Fatal error occurred, will not respawn"},
    CodeName{101, "CRM_EX_PANIC", "System panic required"},
    CodeName{102, "CRM_EX_DISCONNECT", "Not connected"},
    CodeName{103, "CRM_EX_OLD", "Update was older than existing configuration"},
    CodeName{104, "CRM_EX_DIGEST", "Digest mismatch"},
    CodeName{105, "CRM_EX_NOSUCH", "No such object"},
    CodeName{106, "CRM_EX_QUORUM", "Quorum required"},
    CodeName{107, "CRM_EX_UNSAFE", "Operation not safe"},
    CodeName{108, "CRM_EX_EXISTS", "Requested item already exists"},
    CodeName{109, "CRM_EX_MULTIPLE", "Multiple items match request"},
    CodeName{110, "CRM_EX_EXPIRED", "Requested item has expired"},
    CodeName{111, "CRM_EX_NOT_YET_IN_EFFECT", "Requested item is not yet in effect"},
    CodeName{112, "CRM_EX_INDETERMINATE", "Could not determine status"},
    CodeName{113, "CRM_EX_UNSATISFIED", "Not applicable under current conditions"},
    CodeName{124, "CRM_EX_TIMEOUT", "Timeout occurred"},
    CodeName{190, "CRM_EX_DEGRADED", "Service is active but might fail soon"},
    CodeName{191, "CRM_EX_DEGRADED_PROMOTED", "Service is promoted but might fail soon"},
    CodeName{193, "CRM_EX_NONE", "No exit status available"},
};

constexpr std::array kReturnCodes = {
    CodeName{-1033, "pcmk_rc_duplicate_id", "Two or more XML elements have the same ID"},
    CodeName{-1032, "pcmk_rc_unpack_error", "Unable to parse CIB XML"},
    CodeName{-1031, "pcmk_rc_invalid_transition", "Cluster simulation produced invalid transition"},
    CodeName{-1030, "pcmk_rc_graph_error", "Error writing graph file"},
    CodeName{-1029, "pcmk_rc_dot_error", "Error writing dot(1) file"},
    CodeName{-1028, "pcmk_rc_underflow", "Value too small to be stored in data type"},
    CodeName{-1027, "pcmk_rc_no_input", "Input file not available"},
    CodeName{-1026, "pcmk_rc_no_output", "Output message produced no output"},
    CodeName{-1025, "pcmk_rc_after_range", "Result occurs after given range"},
    CodeName{-1024, "pcmk_rc_within_range", "Result occurs within given range"},
    CodeName{-1023, "pcmk_rc_before_range", "Result occurs before given range"},
    CodeName{-1022, "pcmk_rc_undetermined", "Result undetermined"},
    CodeName{-1021, "pcmk_rc_op_unsatisfied", "Not applicable under current conditions"},
    CodeName{-1020, "pcmk_rc_ipc_pid_only",
             "IPC server process is active but not accepting connections"},
    CodeName{-1019, "pcmk_rc_ipc_unresponsive", "IPC server is unresponsive"},
    CodeName{-1018, "pcmk_rc_ipc_unauthorized", "IPC server is blocked by unauthorized process"},
    CodeName{-1017, "pcmk_rc_no_quorum", "Operation requires quorum"},
    CodeName{-1016, "pcmk_rc_schema_validation",
             "Update does not conform to the configured schema"},
    CodeName{-1015, "pcmk_rc_schema_unchanged", "Schema is already the latest available"},
    CodeName{-1014, "pcmk_rc_transform_failed", "Schema transform failed"},
    CodeName{-1013, "pcmk_rc_old_data", "Update was older than existing configuration"},
    CodeName{-1012, "pcmk_rc_diff_failed", "Application of update diff failed"},
    CodeName{-1011, "pcmk_rc_diff_resync",
             "Application of update diff failed, requesting full refresh"},
    CodeName{-1010, "pcmk_rc_cib_modified", "On-disk configuration was manually modified"},
    CodeName{-1009, "pcmk_rc_cib_backup", "Could not archive previous configuration"},
    CodeName{-1008, "pcmk_rc_cib_save", "Could not save new configuration to disk"},
    CodeName{-1007, "pcmk_rc_cib_corrupt", "Could not parse on-disk configuration"},
    CodeName{-1006, "pcmk_rc_multiple", "Resource active on multiple nodes"},
    CodeName{-1005, "pcmk_rc_node_unknown", "Node not found"},
    CodeName{-1004, "pcmk_rc_already", "Already in requested state"},
    CodeName{-1003, "pcmk_rc_bad_nvpair", "Bad name/value pair given"},
    CodeName{-1002, "pcmk_rc_unknown_format", "Unknown output format"},
    CodeName{-1001, "pcmk_rc_error", "Error"},
};

constexpr std::array kLegacyCodes = {
    CodeName{201, "pcmk_err_generic", "Error"},
    CodeName{202, "pcmk_err_no_quorum", "Operation requires quorum"},
    CodeName{203, "pcmk_err_schema_validation", "Update does not conform to the configured schema"},
    CodeName{204, "pcmk_err_transform_failed", "Schema transform failed"},
    CodeName{205, "pcmk_err_old_data", "Update was older than existing configuration"},
    CodeName{206, "pcmk_err_diff_failed", "Application of update diff failed"},
    CodeName{207, "pcmk_err_diff_resync",
             "Application of update diff failed, requesting full refresh"},
    CodeName{208, "pcmk_err_cib_modified", "On-disk configuration was manually modified"},
    CodeName{209, "pcmk_err_cib_backup", "Could not archive previous configuration"},
    CodeName{210, "pcmk_err_cib_save", "Could not save new configuration to disk"},
    CodeName{211, "pcmk_err_schema_unchanged", "Schema is already the latest available"},
    CodeName{212, "pcmk_err_cib_corrupt", "Could not parse on-disk configuration"},
    CodeName{213, "pcmk_err_multiple", "Resource active on multiple nodes"},
    CodeName{214, "pcmk_err_node_unknown", "Node not found"},
    CodeName{215, "pcmk_err_already", "Already in requested state"},
    CodeName{216, "pcmk_err_bad_nvpair", "Bad name/value pair given"},
    CodeName{217, "pcmk_err_unknown_format", "Unknown output format"},
};

}  // namespace

std::span<const CodeName> exit_codes() {
  return kExitCodes;
}

std::span<const CodeName> return_codes() {
  return kReturnCodes;
}

std::span<const CodeName> legacy_codes() {
  return kLegacyCodes;
}

std::string_view exit_text(int code) {
  for (const CodeName& row : kExitCodes) {
    if (row.code == code) return row.text;
  }
  return "Unknown exit status";
}

}  // namespace systole::cli
