// keep_freed_memory(): the process keeps memory that it freed, for the next frame or tensor. First thing in a program's
// main().
//
// Frames and tensors are large and live briefly; by default the C library gives such blocks back to the system at once, and
// every frame pays for fresh pages again. Memory stays bounded by its peak.
#pragma once

namespace vigil::core {

// Does nothing where the C library has no such setting. Before other threads start.
void keep_freed_memory();

}  // namespace vigil::core
