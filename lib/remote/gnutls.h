#pragma once

#include <gnutls/gnutls.h>

#include "lib/base/result.h"

namespace systole::remote {

/// The functions of GnuTLS that are used here. The library is loaded when it is needed first: every
/// tool can reach a cluster from another machine and hardly any run of one does, but GnuTLS and the
/// libraries that it needs take longer to load than all the rest of a program.
struct GnuTls {
  decltype(&gnutls_alert_get) alert_get = nullptr;
  decltype(&gnutls_alert_get_name) alert_get_name = nullptr;
  decltype(&gnutls_anon_allocate_client_credentials) anon_allocate_client_credentials = nullptr;
  decltype(&gnutls_anon_allocate_server_credentials) anon_allocate_server_credentials = nullptr;
  decltype(&gnutls_anon_free_client_credentials) anon_free_client_credentials = nullptr;
  decltype(&gnutls_anon_free_server_credentials) anon_free_server_credentials = nullptr;
  decltype(&gnutls_anon_set_server_known_dh_params) anon_set_server_known_dh_params = nullptr;
  decltype(&gnutls_bye) bye = nullptr;
  decltype(&gnutls_credentials_set) credentials_set = nullptr;
  decltype(&gnutls_deinit) deinit = nullptr;
  decltype(&gnutls_dh_set_prime_bits) dh_set_prime_bits = nullptr;
  decltype(&gnutls_error_is_fatal) error_is_fatal = nullptr;
  decltype(&gnutls_handshake) handshake = nullptr;
  decltype(&gnutls_handshake_set_timeout) handshake_set_timeout = nullptr;
  decltype(&gnutls_init) init = nullptr;
  decltype(&gnutls_pk_bits_to_sec_param) pk_bits_to_sec_param = nullptr;
  decltype(&gnutls_priority_deinit) priority_deinit = nullptr;
  decltype(&gnutls_priority_init) priority_init = nullptr;
  decltype(&gnutls_priority_set) priority_set = nullptr;
  decltype(&gnutls_record_get_direction) record_get_direction = nullptr;
  decltype(&gnutls_record_recv) record_recv = nullptr;
  decltype(&gnutls_record_send) record_send = nullptr;
  decltype(&gnutls_sec_param_to_pk_bits) sec_param_to_pk_bits = nullptr;
  decltype(&gnutls_strerror) strerror = nullptr;
  decltype(&gnutls_transport_set_int2) transport_set_int2 = nullptr;
};

/// GnuTLS, for the rest of the process. kNoSuchFile where it is not installed, or is another one.
base::Result<const GnuTls*> load_gnutls();

}  // namespace systole::remote
