#include "lib/remote/tls.h"

#include <gnutls/gnutls.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lib/base/strings.h"

namespace systole::remote {

struct Tls::State {
  explicit State(Side which) : side(which) {}
  ~State() {
    if (priorities != nullptr) gnutls_priority_deinit(priorities);
    if (client != nullptr) gnutls_anon_free_client_credentials(client);
    if (server != nullptr) gnutls_anon_free_server_credentials(server);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Side side;
  unsigned prime_bits_min = 0;  ///< 0: GnuTLS's own
  gnutls_priority_t priorities = nullptr;
  gnutls_anon_client_credentials_t client = nullptr;
  gnutls_anon_server_credentials_t server = nullptr;
};

namespace {

base::Error tls_error(std::string_view what, int code) {
  return {Errc::kInternal, base::cat(what, ": ", gnutls_strerror(code))};
}

unsigned bits_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return 0;
  return base::parse_integer<unsigned>(value).value_or(0);
}

/// For peers that do not name the groups they know; others agree on one of RFC 7919 by themselves.
int set_prime(gnutls_anon_server_credentials_t server) {
  unsigned bits = gnutls_sec_param_to_pk_bits(GNUTLS_PK_DH, GNUTLS_SEC_PARAM_MEDIUM);
  if (const unsigned most = bits_from_environment("PCMK_dh_max_bits"); most != 0) {
    bits = std::min(bits, most);
  }
  bits = std::max(bits, bits_from_environment("PCMK_dh_min_bits"));
  return gnutls_anon_set_server_known_dh_params(server,
                                                gnutls_pk_bits_to_sec_param(GNUTLS_PK_DH, bits));
}

/// Why GnuTLS stopped, as an error that ends a stream.
base::Error ended(gnutls_session_t session, int code) {
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
    const char* alert = gnutls_alert_get_name(gnutls_alert_get(session));
    return {Errc::kPermission, base::cat("the peer says: ", alert == nullptr ? "?" : alert)};
  }
  const bool lost = code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR ||
                    code == GNUTLS_E_PUSH_ERROR || code == GNUTLS_E_SESSION_EOF;
  return {lost ? Errc::kNotConnected : Errc::kPermission, gnutls_strerror(code)};
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<const Tls::State> state, gnutls_session_t session)
      : state_(std::move(state)), session_(session) {}
  ~TlsStream() override { gnutls_deinit(session_); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Result<std::optional<Wait>> handshake() override {
    for (;;) {
      const int code = gnutls_handshake(session_);
      if (code == GNUTLS_E_SUCCESS) return std::optional<Wait>();
      if (is_pause(code)) return std::optional(direction());
      // A warning that is no reason to end: GnuTLS wants to be called again.
      if (gnutls_error_is_fatal(code) == 0) continue;
      return ended(session_, code);
    }
  }

  Result<Transfer> read(std::span<char> buffer) override {
    const ssize_t got = gnutls_record_recv(session_, buffer.data(), buffer.size());
    if (got >= 0) return Transfer{.bytes = static_cast<std::size_t>(got), .ended = got == 0};
    const int code = static_cast<int>(got);
    if (is_pause(code)) return Transfer{.wait = direction()};
    // Nobody here asks for another handshake, nor for anything that is worth a warning.
    return ended(session_, code);
  }

  Result<Transfer> write(std::string_view bytes) override {
    // After a pause GnuTLS still holds the record, and goes on with that.
    const ssize_t sent = paused_ ? gnutls_record_send(session_, nullptr, 0)
                                 : gnutls_record_send(session_, bytes.data(), bytes.size());
    paused_ = sent < 0 && is_pause(static_cast<int>(sent));
    if (sent >= 0) return Transfer{.bytes = static_cast<std::size_t>(sent)};
    if (paused_) return Transfer{.wait = direction()};
    return ended(session_, static_cast<int>(sent));
  }

  void finish() override { gnutls_bye(session_, GNUTLS_SHUT_WR); }

 private:
  static bool is_pause(int code) { return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED; }
  Wait direction() const {
    return gnutls_record_get_direction(session_) == 0 ? Wait::kReadable : Wait::kWritable;
  }

  std::shared_ptr<const Tls::State> state_;
  gnutls_session_t session_;
  bool paused_ = false;
};

}  // namespace

Tls::Tls(std::shared_ptr<State> state) : state_(std::move(state)) {}
Tls::~Tls() = default;

Result<std::shared_ptr<const Tls>> Tls::create(Side side) {
  auto state = std::make_shared<State>(side);
  const char* wanted = std::getenv("PCMK_tls_priorities");
  const std::string base_priorities = wanted == nullptr || *wanted == '\0' ? "NORMAL" : wanted;
  const std::string priorities = base_priorities + ":+ANON-DH";
  int code = gnutls_priority_init(&state->priorities, priorities.c_str(), nullptr);
  if (code != GNUTLS_E_SUCCESS) {
    return {Errc::kInvalidArgument,
            base::cat("TLS priorities '", priorities, "': ", gnutls_strerror(code))};
  }
  if (side == Side::kClient) {
    state->prime_bits_min = bits_from_environment("PCMK_dh_min_bits");
    code = gnutls_anon_allocate_client_credentials(&state->client);
  } else {
    code = gnutls_anon_allocate_server_credentials(&state->server);
    if (code == GNUTLS_E_SUCCESS) code = set_prime(state->server);
  }
  if (code != GNUTLS_E_SUCCESS) return tls_error("cannot prepare TLS", code);
  return std::shared_ptr<const Tls>(new Tls(std::move(state)));
}

Result<std::unique_ptr<Stream>> Tls::make_stream(int socket) const {
  const unsigned role = state_->side == Side::kClient ? GNUTLS_CLIENT : GNUTLS_SERVER;
  gnutls_session_t session = nullptr;
  int code = gnutls_init(&session, role | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
  if (code != GNUTLS_E_SUCCESS) return tls_error("cannot begin TLS", code);
  auto stream = std::make_unique<TlsStream>(state_, session);
  code = gnutls_priority_set(session, state_->priorities);
  if (code == GNUTLS_E_SUCCESS) {
    void* credentials = state_->side == Side::kClient ? static_cast<void*>(state_->client)
                                                      : static_cast<void*>(state_->server);
    code = gnutls_credentials_set(session, GNUTLS_CRD_ANON, credentials);
  }
  if (code != GNUTLS_E_SUCCESS) return tls_error("cannot begin TLS", code);
  if (state_->prime_bits_min != 0) gnutls_dh_set_prime_bits(session, state_->prime_bits_min);
  // Who may take how long is the caller's to say.
  gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
  gnutls_transport_set_int(session, socket);
  return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace systole::remote
