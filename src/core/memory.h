// keep_freed_memory(): the process keeps memory that it freed, for the next frame or tensor. First thing in a program's
// main(). give_back_freed_memory(): what is not needed again for a while, as after the analysis of a video, goes back after
// all.
//
// Frames and tensors are large and live briefly; by default the C library gives such blocks back to the system at once, and
// every frame pays for fresh pages again. Memory stays bounded by the peaks of its threads.
#pragma once

namespace vigil::core {

// Does nothing where the C library has no such setting. Before other threads start.
void keep_freed_memory();

// Takes milliseconds. Any thread.
void give_back_freed_memory();

}  // namespace vigil::core
