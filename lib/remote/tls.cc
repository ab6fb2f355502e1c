#include "lib/remote/tls.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lib/base/strings.h"
#include "lib/remote/gnutls.h"

namespace systole::remote {

struct Tls::State {
  State(const GnuTls& library, Side which) : tls(library), side(which) {}
  ~State() {
    if (priorities != nullptr) tls.priority_deinit(priorities);
    if (client != nullptr) tls.anon_free_client_credentials(client);
    if (server != nullptr) tls.anon_free_server_credentials(server);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const GnuTls& tls;
  Side side;
  unsigned prime_bits_min = 0;  ///< 0: GnuTLS's own
  gnutls_priority_t priorities = nullptr;
  gnutls_anon_client_credentials_t client = nullptr;
  gnutls_anon_server_credentials_t server = nullptr;
};

namespace {

base::Error tls_error(const GnuTls& tls, std::string_view what, int code) {
  return {Errc::kInternal, base::cat(what, ": ", tls.strerror(code))};
}

unsigned bits_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return 0;
  return base::parse_integer<unsigned>(value).value_or(0);
}

/// For peers that do not name the groups they know; others agree on one of RFC 7919 by themselves.
int set_prime(const GnuTls& tls, gnutls_anon_server_credentials_t server) {
  unsigned bits = tls.sec_param_to_pk_bits(GNUTLS_PK_DH, GNUTLS_SEC_PARAM_MEDIUM);
  if (const unsigned most = bits_from_environment("PCMK_dh_max_bits"); most != 0) {
    bits = std::min(bits, most);
  }
  bits = std::max(bits, bits_from_environment("PCMK_dh_min_bits"));
  return tls.anon_set_server_known_dh_params(server, tls.pk_bits_to_sec_param(GNUTLS_PK_DH, bits));
}

/// Why GnuTLS stopped, as an error that ends a stream.
base::Error ended(const GnuTls& tls, gnutls_session_t session, int code) {
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
    const char* alert = tls.alert_get_name(tls.alert_get(session));
    return {Errc::kPermission, base::cat("the peer says: ", alert == nullptr ? "?" : alert)};
  }
  const bool lost = code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR ||
                    code == GNUTLS_E_PUSH_ERROR || code == GNUTLS_E_SESSION_EOF;
  return {lost ? Errc::kNotConnected : Errc::kPermission, tls.strerror(code)};
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<const Tls::State> state, gnutls_session_t session)
      : state_(std::move(state)), tls_(state_->tls), session_(session) {}
  ~TlsStream() override { tls_.deinit(session_); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Result<std::optional<Wait>> handshake() override {
    for (;;) {
      const int code = tls_.handshake(session_);
      if (code == GNUTLS_E_SUCCESS) return std::optional<Wait>();
      if (is_pause(code)) return std::optional(direction());
      // A warning that is no reason to end: GnuTLS wants to be called again.
      if (tls_.error_is_fatal(code) == 0) continue;
      return ended(tls_, session_, code);
    }
  }

  Result<Transfer> read(std::span<char> buffer) override {
    const ssize_t got = tls_.record_recv(session_, buffer.data(), buffer.size());
    if (got >= 0) return Transfer{.bytes = static_cast<std::size_t>(got), .ended = got == 0};
    const int code = static_cast<int>(got);
    if (is_pause(code)) return Transfer{.wait = direction()};
    // Nobody here asks for another handshake, nor for anything that is worth a warning.
    return ended(tls_, session_, code);
  }

  Result<Transfer> write(std::string_view bytes) override {
    // After a pause GnuTLS still holds the record, and goes on with that.
    const ssize_t sent = paused_ ? tls_.record_send(session_, nullptr, 0)
                                 : tls_.record_send(session_, bytes.data(), bytes.size());
    paused_ = sent < 0 && is_pause(static_cast<int>(sent));
    if (sent >= 0) return Transfer{.bytes = static_cast<std::size_t>(sent)};
    if (paused_) return Transfer{.wait = direction()};
    return ended(tls_, session_, static_cast<int>(sent));
  }

  void finish() override { tls_.bye(session_, GNUTLS_SHUT_WR); }

 private:
  static bool is_pause(int code) { return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED; }
  Wait direction() const {
    return tls_.record_get_direction(session_) == 0 ? Wait::kReadable : Wait::kWritable;
  }

  std::shared_ptr<const Tls::State> state_;
  const GnuTls& tls_;
  gnutls_session_t session_;
  bool paused_ = false;
};

}  // namespace

Tls::Tls(std::shared_ptr<State> state) : state_(std::move(state)) {}
Tls::~Tls() = default;

Result<std::shared_ptr<const Tls>> Tls::create(Side side) {
  const base::Result<const GnuTls*> loaded = load_gnutls();
  if (!loaded) return loaded.error();
  const GnuTls& tls = **loaded;
  auto state = std::make_shared<State>(tls, side);
  const char* wanted = std::getenv("PCMK_tls_priorities");
  const std::string base_priorities = wanted == nullptr || *wanted == '\0' ? "NORMAL" : wanted;
  const std::string priorities = base_priorities + ":+ANON-DH";
  int code = tls.priority_init(&state->priorities, priorities.c_str(), nullptr);
  if (code != GNUTLS_E_SUCCESS) {
    return {Errc::kInvalidArgument,
            base::cat("TLS priorities '", priorities, "': ", tls.strerror(code))};
  }
  if (side == Side::kClient) {
    state->prime_bits_min = bits_from_environment("PCMK_dh_min_bits");
    code = tls.anon_allocate_client_credentials(&state->client);
  } else {
    code = tls.anon_allocate_server_credentials(&state->server);
    if (code == GNUTLS_E_SUCCESS) code = set_prime(tls, state->server);
  }
  if (code != GNUTLS_E_SUCCESS) return tls_error(tls, "cannot prepare TLS", code);
  return std::shared_ptr<const Tls>(new Tls(std::move(state)));
}

Result<std::unique_ptr<Stream>> Tls::make_stream(int socket) const {
  const unsigned role = state_->side == Side::kClient ? GNUTLS_CLIENT : GNUTLS_SERVER;
  const GnuTls& tls = state_->tls;
  gnutls_session_t session = nullptr;
  int code = tls.init(&session, role | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
  if (code != GNUTLS_E_SUCCESS) return tls_error(tls, "cannot begin TLS", code);
  auto stream = std::make_unique<TlsStream>(state_, session);
  code = tls.priority_set(session, state_->priorities);
  if (code == GNUTLS_E_SUCCESS) {
    void* credentials = state_->side == Side::kClient ? static_cast<void*>(state_->client)
                                                      : static_cast<void*>(state_->server);
    code = tls.credentials_set(session, GNUTLS_CRD_ANON, credentials);
  }
  if (code != GNUTLS_E_SUCCESS) return tls_error(tls, "cannot begin TLS", code);
  if (state_->prime_bits_min != 0) tls.dh_set_prime_bits(session, state_->prime_bits_min);
  // Who may take how long is the caller's to say.
  tls.handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
  tls.transport_set_int2(session, socket, socket);
  return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace systole::remote
