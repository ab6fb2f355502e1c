#pragma once

#include <string_view>

namespace systole::base {

/// Why something failed. One code for each reason that some caller could sensibly treat
/// differently; the detail belongs into Error::message. Each maps to the number that travels on the
/// wire and to the exit code of a command-line tool (errc.cc holds the table).
enum class Errc {
  kInternal,         ///< a generic failure
  kInvalidArgument,  ///< a request or value that means nothing
  kNotFound,         ///< the object, section or resource does not exist
  kNoSuchFile,       ///< a file, device or agent does not exist
  kExists,           ///< the object exists already
  kPermission,       ///< the caller may not do this
  kNoQuorum,         ///< this partition has no quorum
  kSchema,           ///< not well-formed XML, or a configuration that does not fit its schema
  kTransform,        ///< the configuration could not be upgraded
  kSchemaUnchanged,  ///< the configuration is at the newest schema already
  kOldData,          ///< the update is older than what is there
  kPatchFailed,      ///< a patchset does not apply to this version
  kNeedResync,       ///< what was applied so far cannot be continued: fetch the whole state
  kDigestMismatch,   ///< a file's content does not match its signature
  kNotUnique,        ///< an identifier or query matched several objects
  kAlreadyDone,      ///< the requested state holds already
  kTimeout,          ///< no answer within the bound
  kNotConnected,     ///< the peer or daemon is not there
  kReset,            ///< the daemon ended while a connection to it was being made
  kUnreachable,      ///< the target node cannot be reached
  kNoDevice,         ///< no device can do this
  kIo,               ///< reading or writing failed
  kNoSpace,          ///< the disk is full
  kTooLarge,         ///< a message or document is over its limit
  kProtocol,         ///< a peer or client sent something that is no message
  kUnsupported,      ///< a valid request that this version does not do
  kVersion,          ///< the feature set or schema is newer than ours
  kBusy,             ///< try again later
  kCancelled,        ///< given up on request
  kUnsafe,           ///< refused without --force
  kUsage,            ///< a command line that means nothing
};

/// The positive number by which Pacemaker's protocols name `code`: an errno of Linux, or one of the
/// numbers from 201 up that it defines itself. It is sent negative.
int legacy_number(Errc code);

/// The code for a positive or negative wire number; kInternal for an unknown one.
Errc errc_from_legacy(int number);

/// The exit code of a tool that ends with `code` (crm_exit numbers, `crm_error -X`).
int exit_code(Errc code);

/// A short description in plain words, "No such device or address".
std::string_view describe(Errc code);

}  // namespace systole::base
