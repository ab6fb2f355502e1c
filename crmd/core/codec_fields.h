#pragma once

#include "crmd/core/operation.h"
#include "crmd/core/requests.h"
#include "crmd/core/types.h"

/// Field lists of types that messages and images of the replica share; see codec.h.
namespace systole::cib {

template <typename Codec>
void fields(Codec& codec, Version& v) {
  codec(v.admin_epoch, v.epoch, v.num_updates);
}

}  // namespace systole::cib

namespace systole::crmd {

template <typename Codec>
void fields(Codec& codec, Now& v) {
  codec(v.steady, v.wall, v.utc_offset);
}

template <typename Codec>
void fields(Codec& codec, Stamp& v) {
  codec(v.generation, v.promised, v.base, v.provisional, v.configured);
}

template <typename Codec>
void fields(Codec& codec, CibRequest& v) {
  codec(v.operation, v.section, v.options, v.input, v.digest, v.user, v.client, v.groups);
}

template <typename Codec>
void fields(Codec& codec, AttributeRequest& v) {
  codec(v.task, v.name, v.pattern, v.value, v.node, v.set, v.dampening, v.is_private, v.is_remote,
        v.user, v.resource, v.operation, v.interval, v.groups);
}

template <typename Codec>
void fields(Codec& codec, ResourceRequest& v) {
  codec(v.task, v.node, v.router, v.resource, v.long_id, v.standard, v.provider, v.type, v.cib_only,
        v.transition_key, v.user, v.groups);
}

template <typename Codec>
void fields(Codec& codec, ResourceAnswer& v) {
  codec(v.rc, v.op_status, v.reason);
}

template <typename Codec>
void fields(Codec& codec, PingAnswer& v) {
  codec(v.node, v.state);
}

template <typename Codec>
void fields(Codec& codec, AgentTraits& v) {
  codec(v.reloads, v.restart, v.secrets);
}

template <typename Codec>
void fields(Codec& codec, Operation& v) {
  codec(v.transition_key, v.key, v.resource, v.standard, v.provider, v.type, v.task, v.interval,
        v.timeout, v.start_delay, v.node, v.node_id, v.parameters);
}

template <typename Codec>
void fields(Codec& codec, OperationResult& v) {
  codec(v.operation, v.call_id, v.rc, v.status, v.reason, v.output, v.last_run, v.last_rc_change,
        v.exec_time, v.queue_time, v.traits);
}

}  // namespace systole::crmd
