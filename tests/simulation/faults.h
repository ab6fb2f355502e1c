#pragma once

namespace systole::simulation {

/// How often things go wrong now, in percent of the occasions.
struct Faults {
  int start_fails = 0;
  int stop_fails = 0;
  int operation_hangs = 0;
  int fencing_fails = 0;
  int fencing_slow = 0;  ///< the device answers long after the power went
  int fencing_lies = 0;  ///< the device says that it succeeded, and the node lives on
  int disk_full = 0;
  int disk_slow = 0;
};

}  // namespace systole::simulation
