#pragma once

#include <string>

namespace systole::crmd {

/// Values of `status` in an acknowledgement (numbers of crm_exit).
enum class AckStatus : int {
  kOk = 0,              ///< done, nothing follows
  kInvalid = 2,         ///< not known, nothing follows
  kPermission = 4,      ///< the client may not do this
  kBusy = 75,           ///< not now, nothing follows
  kProtocol = 76,       ///< no message of this protocol
  kIndeterminate = 112  ///< accepted; what follows, if anything, comes as an event
};

/// `<ack>`, the answer on the response channel to a request whose result is an event or nothing.
std::string acknowledgement(AckStatus status);

/// The same with the version of the attribute protocol.
std::string attribute_acknowledgement(AckStatus status);

/// `<nack>`: how the CIB's endpoints refuse what is no message.
std::string refusal();

}  // namespace systole::crmd
