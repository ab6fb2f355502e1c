#include "lib/remote/gnutls.h"

#include <dlfcn.h>

#include "lib/base/strings.h"

namespace systole::remote {
namespace {

constexpr const char* kLibrary = "libgnutls.so.30";

/// What dlopen() and dlsym() could not do, in the linker's words.
base::Error load_error() {
  const char* const why = dlerror();
  return {base::Errc::kNoSuchFile, base::cat("cannot load GnuTLS: ", why == nullptr ? "?" : why)};
}

/// Looks functions up until one is missing.
class Functions {
 public:
  explicit Functions(void* library) : library_(library) {}

  template <typename Function>
  Functions& find(const char* name, Function& function) {
    if (complete_) function = reinterpret_cast<Function>(dlsym(library_, name));
    complete_ = complete_ && function != nullptr;
    return *this;
  }
  bool complete() const { return complete_; }

 private:
  void* library_;
  bool complete_ = true;
};

base::Result<GnuTls> load() {
  void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return load_error();
  GnuTls out;
  const bool complete =
      Functions(library)
          .find("gnutls_alert_get", out.alert_get)
          .find("gnutls_alert_get_name", out.alert_get_name)
          .find("gnutls_anon_allocate_client_credentials", out.anon_allocate_client_credentials)
          .find("gnutls_anon_allocate_server_credentials", out.anon_allocate_server_credentials)
          .find("gnutls_anon_free_client_credentials", out.anon_free_client_credentials)
          .find("gnutls_anon_free_server_credentials", out.anon_free_server_credentials)
          .find("gnutls_anon_set_server_known_dh_params", out.anon_set_server_known_dh_params)
          .find("gnutls_bye", out.bye)
          .find("gnutls_credentials_set", out.credentials_set)
          .find("gnutls_deinit", out.deinit)
          .find("gnutls_dh_set_prime_bits", out.dh_set_prime_bits)
          .find("gnutls_error_is_fatal", out.error_is_fatal)
          .find("gnutls_handshake", out.handshake)
          .find("gnutls_handshake_set_timeout", out.handshake_set_timeout)
          .find("gnutls_init", out.init)
          .find("gnutls_pk_bits_to_sec_param", out.pk_bits_to_sec_param)
          .find("gnutls_priority_deinit", out.priority_deinit)
          .find("gnutls_priority_init", out.priority_init)
          .find("gnutls_priority_set", out.priority_set)
          .find("gnutls_record_get_direction", out.record_get_direction)
          .find("gnutls_record_recv", out.record_recv)
          .find("gnutls_record_send", out.record_send)
          .find("gnutls_sec_param_to_pk_bits", out.sec_param_to_pk_bits)
          .find("gnutls_strerror", out.strerror)
          .find("gnutls_transport_set_int2", out.transport_set_int2)
          .complete();
  return complete ? base::Result<GnuTls>(out) : load_error();
}

}  // namespace

base::Result<const GnuTls*> load_gnutls() {
  static const base::Result<GnuTls> loaded = load();
  if (!loaded) return loaded.error();
  return &*loaded;
}

}  // namespace systole::remote
