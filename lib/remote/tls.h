#pragma once

#include <memory>

#include "lib/base/result.h"
#include "lib/remote/stream.h"

namespace systole::remote {

enum class Side { kClient, kServer };

/// TLS as the protocol uses it: anonymous Diffie-Hellman, which hides what is said from those who
/// listen and proves nobody's identity. That is what the password is for, and a network in which
/// nobody can put himself between the two.
///
/// The environment gives GnuTLS's priorities (PCMK_tls_priorities, else NORMAL) and bounds of the
/// prime's bits (PCMK_dh_min_bits, PCMK_dh_max_bits).
class Tls {
 public:
  /// kInvalidArgument for priorities that GnuTLS does not know, kInternal.
  static Result<std::shared_ptr<const Tls>> create(Side side);

  /// A stream over `socket`, which must outlive it. It shares this.
  Result<std::unique_ptr<Stream>> make_stream(int socket) const;

  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  struct State;

 private:
  explicit Tls(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace systole::remote
