#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/status/status.h"

namespace systole::policy {

/// How the parameters of a recorded operation compare with the configuration.
enum class DigestVerdict : std::uint8_t {
  kMatch,
  kMismatch,
  kRestart,  ///< parameters changed that only a restart applies
  kUnknown,  ///< the record has no digest
};

/// The parameters that the agent would get for an operation, as they enter its digest.
AttributeTable digest_parameters(const Status& status, RscId rsc, NodeId node,
                                 const model::HistoryOperation& op);

/// The digest over parameters: hexadecimal MD5 of their XML form, attributes sorted by name.
std::string parameters_digest(const AttributeTable& parameters);

DigestVerdict compare_digests(const Status& status, RscId rsc, NodeId node,
                              const model::HistoryOperation& op);

/// What a node is unfenced with: digests over a fence device's parameters, with and without those
/// that are secret or steer the fencer.
struct DeviceDigests {
  std::string all;
  std::string open;
};
DeviceDigests device_digests(const Status& status, RscId device, NodeId node);

/// Whether what differs may be no more than parameters that are kept secret: a cluster that is read
/// from a file may have had them taken out.
bool differs_in_secrets_alone(const Status& status, RscId rsc, NodeId node,
                              const model::HistoryOperation& op);

/// The timeout of an operation in milliseconds, from its meta-attributes.
std::int64_t timeout_ms(const Status& status, RscId rsc, model::Text operation,
                        std::int64_t interval_ms, const AttributeTable& meta);

}  // namespace systole::policy
