#pragma once

namespace systole::process {

/// The processor that the calling thread is on. Negative where the system does not say.
int current_processor();

/// Moves the calling thread to another processor than that one, where it may use one; where it goes
/// later is up to the system. For a thread that begins beside a busy one: the kernel often starts
/// it on the processor of its creator, and there they take turns of 4 ms, though another one is
/// idle, until the load is balanced.
void leave_processor(int processor);

}  // namespace systole::process
