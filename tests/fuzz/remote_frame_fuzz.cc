// Bytes of a peer on another machine, in pieces, with its first message read as a login: whatever
// they are, the answers are messages or errors, and memory stays within the bound.

#include "crmd/shell/remote_login.h"
#include "lib/base/check.h"
#include "lib/ipc/compression.h"
#include "lib/remote/frame.h"
#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

constexpr std::size_t kTextMax = 8192;

void read_all(std::string_view bytes, std::size_t step) {
  remote::FrameReader reader(kTextMax);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.add(bytes.substr(at, step));
    for (;;) {
      const auto message = reader.next();
      if (!message) return;
      if (!*message) break;
      CHECK((*message)->size() < kTextMax);
      const auto login = crmd::read_login(**message);
      if (login) CHECK(!login->user.empty());
      // What was read can be written and read again.
      remote::FrameReader again(kTextMax);
      again.add(remote::make_frame(1, **message).value());
      CHECK(*again.next().value() == **message);
    }
  }
}

}  // namespace

std::vector<std::string> seeds() {
  const std::string login =
      remote::make_frame(1,
                         "<cib_command op=\"authenticate\" user=\"a\" password=\"b\" "
                         "hidden=\"password\"/>")
          .value();
  const std::string packed = ipc::compress(std::string(300, 'x') + '\0').value();
  std::string frame = remote::make_frame(2, std::string(300, 'x')).value();
  frame.resize(remote::kHeaderSize);
  frame[24] = static_cast<char>(remote::kHeaderSize + packed.size());
  frame[25] = 0;
  frame[32] = static_cast<char>(packed.size());
  return {login, login + remote::make_frame(2, "<a/>").value(), frame + packed,
          remote::make_frame(3, "").value()};
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  systole::fuzz::read_all(bytes, bytes.size() + 1);
  systole::fuzz::read_all(bytes, 7);
  return 0;
}
