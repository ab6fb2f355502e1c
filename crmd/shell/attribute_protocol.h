#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crmd/core/requests.h"
#include "lib/base/result.h"

/// The messages of the endpoint attrd.
namespace systole::crmd {

/// Changes of one message, in its order.
struct AttributeChanges {
  struct Change {
    AttributeRequest request;
    std::string node_id;  ///< names the node where `request.node` is empty
  };
  std::vector<Change> changes;
};

using AttributeMessage = std::variant<AttributeChanges, AttributeQuery>;

/// Reads a client's message. Users are as the client claims them. Errors: kProtocol when it is no
/// message, kInvalidArgument when it asks for nothing that exists or is not complete.
base::Result<AttributeMessage> decode_attribute_message(std::string_view text);

std::string encode_attribute_answer(std::string_view name, const AttributeAnswer& answer);

}  // namespace systole::crmd
