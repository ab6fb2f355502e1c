#include "crmd/core/message.h"

#include "lib/base/strings.h"

#include "crmd/core/codec.h"
#include "crmd/core/codec_fields.h"

namespace systole::crmd {
namespace message {

template <typename Codec>
void fields(Codec& codec, RoundId& v) {
  codec(v.leader, v.process, v.count);
}

template <typename Codec>
void fields(Codec& codec, SyncBegin& v) {
  codec(v.round, v.members, v.silent, v.quorate, v.disks);
}

template <typename Codec>
void fields(Codec& codec, AttributeValue& v) {
  codec(v.name, v.value, v.set, v.user, v.dampening, v.is_private);
}

template <typename Codec>
void fields(Codec& codec, Summary& v) {
  codec(v.round, v.valid, v.name, v.stamp, v.version, v.digest, v.continued, v.seniority,
        v.own_seniority, v.present, v.incarnation, v.feature_set, v.attributes);
}

template <typename Codec>
void fields(Codec& codec, ReplicaImage& v) {
  codec(v.round, v.image);
}

template <typename Codec>
void fields(Codec& codec, Report& v) {
  codec(v.incarnation, v.history, v.replaces_history, v.operations);
}

template <typename Codec>
void fields(Codec& codec, CibChange& v) {
  codec(v.token, v.now, v.request);
}

template <typename Codec>
void fields(Codec& codec, Durable& v) {
  codec(v.failed, v.reason, v.generation, v.version);
}

template <typename Codec>
void fields(Codec& codec, Promised& v) {
  codec(v.generation);
}

template <typename Codec>
void fields(Codec& codec, Quorum& v) {
  codec(v.quorate, v.disks);
}

template <typename Codec>
void fields(Codec& codec, AttributeChanges& v) {
  codec(v.now, v.requests);
}

template <typename Codec>
void fields(Codec& codec, AttributeFlush& v) {
  codec(v.now, v.names);
}

template <typename Codec>
void fields(Codec& codec, Execute& v) {
  codec(v.round, v.now, v.target, v.operation);
}

template <typename Codec>
void fields(Codec& codec, Cancel& v) {
  codec(v.round, v.now, v.target, v.transition_key, v.key, v.resource, v.task, v.interval);
}

template <typename Codec>
void fields(Codec& codec, Leave& v) {
  codec(v.round, v.target);
}

template <typename Codec>
void fields(Codec& codec, GivenUp& v) {
  codec(v.round, v.node, v.in_cluster);
}

template <typename Codec>
void fields(Codec& codec, Result& v) {
  codec(v.now, v.receipt, v.result, v.never_ran, v.concluded, v.repeated);
}

template <typename Codec>
void fields(Codec& codec, Fenced& v) {
  codec(v.now, v.target, v.incarnation, v.action, v.succeeded, v.device_digests,
        v.open_device_digests);
}

template <typename Codec>
void fields(Codec& codec, Condemned& v) {
  codec(v.now, v.target, v.incarnation, v.by_hand);
}

template <typename Codec>
void fields(Codec& codec, Resource& v) {
  codec(v.token, v.now, v.request);
}

template <typename Codec>
void fields(Codec& codec, ResourceReply& v) {
  codec(v.target, v.token, v.request, v.answer);
}

template <typename Codec>
void fields(Codec& codec, Ping& v) {
  codec(v.token, v.node);
}

template <typename Codec>
void fields(Codec& codec, Pong& v) {
  codec(v.target, v.token, v.answer);
}

template <typename Codec>
void fields(Codec& codec, ShutdownWish& v) {
  codec(v.now);
}

template <typename Codec>
void fields(Codec& codec, RemoveNode& v) {
  codec(v.now, v.name, v.id);
}

template <typename Codec>
void fields(Codec& codec, NodeNames& v) {
  codec(v.names);
}

}  // namespace message

namespace {

/// First bytes of every message: ours, and which form. Controllers of other releases answer a
/// number they do not know by ignoring the message.
constexpr std::uint32_t kMagic = 0x53797301;

template <std::size_t index = 0>
bool decode_alternative(std::size_t wanted, Decoder& decoder, Message& out) {
  if constexpr (index == std::variant_size_v<Message>) {
    return false;
  } else {
    if (index != wanted) return decode_alternative<index + 1>(wanted, decoder, out);
    decoder(out.emplace<index>());
    return true;
  }
}

}  // namespace

std::string encode(const Message& message) {
  Encoder encoder;
  std::uint32_t magic = kMagic;
  std::uint64_t index = message.index();
  encoder(magic, index);
  // Field lists take mutable references, for the decoder; the encoder changes nothing.
  std::visit([&](const auto& v) { encoder(const_cast<std::remove_cvref_t<decltype(v)>&>(v)); },
             message);
  return encoder.take();
}

base::Result<Message> decode(std::string_view bytes) {
  Decoder decoder(bytes);
  std::uint32_t magic = 0;
  std::uint64_t index = 0;
  decoder(magic, index);
  if (!decoder.ok() || magic != kMagic) {
    return {base::Errc::kProtocol, "message of a controller does not start as one"};
  }
  Message message;
  if (!decode_alternative(index, decoder, message)) {
    return {base::Errc::kProtocol, base::cat("unknown kind of message, ", index)};
  }
  if (!decoder.at_end()) {
    return {base::Errc::kProtocol,
            base::cat("message of kind ", index, " has ", bytes.size(), " bytes that do not fit")};
  }
  return message;
}

}  // namespace systole::crmd
