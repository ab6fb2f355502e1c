#pragma once

namespace systole::ipc::endpoint {

/// The names under which the daemons of a node serve IPC.
inline constexpr const char* kSupervisor = "pacemakerd";
inline constexpr const char* kCibReadOnly = "cib_ro";
inline constexpr const char* kCibReadWrite = "cib_rw";
inline constexpr const char* kCibDaemon = "cib_shm";
inline constexpr const char* kAttributes = "attrd";
inline constexpr const char* kController = "crmd";
inline constexpr const char* kScheduler = "pengine";
inline constexpr const char* kExecutor = "lrmd";
inline constexpr const char* kFencer = "stonith-ng";

}  // namespace systole::ipc::endpoint
