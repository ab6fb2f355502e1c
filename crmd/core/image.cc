#include "crmd/core/image.h"

#include "crmd/core/codec.h"
#include "crmd/core/codec_fields.h"
#include "lib/base/md5.h"
#include "lib/cib/digest.h"

namespace systole::crmd {

template <typename Codec>
void fields(Codec& codec, Peer& v) {
  codec(v.state, v.incarnation, v.seniority, v.receipts, v.doubtful, v.leaving, v.condemned,
        v.condemned_by_hand, v.in_cluster);
}

template <typename Codec>
void fields(Codec& codec, InFlight& v) {
  codec(v.target, v.operation);
}

namespace {

struct Image {
  std::string document;
  Stamp stamp;
  AttributeTable attributes;
  std::map<NodeNumber, std::string> names;
  std::map<NodeNumber, Peer> peers;
  std::uint64_t next_seniority = 1;
  std::map<std::string, InFlight> in_flight;
  bool continued = false;
};

template <typename Codec>
void fields(Codec& codec, Image& v) {
  codec(v.document, v.stamp, v.attributes, v.names, v.peers, v.next_seniority, v.in_flight,
        v.continued);
}

Image image_of(const ControllerState& state) {
  Image image;
  image.stamp = state.stamp;
  // A promise is the promising node's own.
  image.stamp.promised = 0;
  image.attributes = state.replica.attributes;
  image.names = state.replica.names;
  image.peers = state.replica.peers;
  image.next_seniority = state.replica.next_seniority;
  image.in_flight = state.replica.in_flight;
  image.continued = state.replica.continued;
  return image;
}

}  // namespace

std::string encode_image(const ControllerState& state) {
  Image image = image_of(state);
  image.document = state.replica.document.xml().compact();
  Encoder encoder;
  encoder(image);
  return encoder.take();
}

base::Result<void> adopt_image(ControllerState& state, std::string_view bytes) {
  Image image;
  Decoder decoder(bytes);
  decoder(image);
  if (!decoder.at_end()) return {base::Errc::kProtocol, "image of the replica is garbled"};
  base::Result<xml::Document> text = xml::Document::parse(image.document);
  if (!text) return text.error();
  base::Result<cib::Document> document =
      cib::Document::adopt(std::move(text).value(), state.schemas);
  if (!document) return document.error();
  const std::uint64_t promised = state.stamp.promised;
  state.stamp = image.stamp;
  state.stamp.promised = promised;
  Replica& replica = state.replica;
  replica.document = std::move(document).value();
  replica.attributes = std::move(image.attributes);
  replica.names = std::move(image.names);
  replica.peers = std::move(image.peers);
  replica.next_seniority = image.next_seniority;
  replica.in_flight = std::move(image.in_flight);
  replica.continued = image.continued;
  return {};
}

std::string replica_digest(const ControllerState& state) {
  Encoder encoder;
  Image image = image_of(state);
  encoder(image);
  base::Md5 md5;
  md5.update(cib::file_digest(state.replica.document.root()));
  md5.update(encoder.take());
  return md5.finish();
}

}  // namespace systole::crmd
