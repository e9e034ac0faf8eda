// What oneDNN takes for the sizes of the processor's caches, by which it cuts its loops.
//
// It asks the processor alone (CPUID leaf 0x8000001D on AMD). Virtual machines that do not pass that leaf on, Firecracker's
// among them, let it believe in caches of one byte (3.7): convolutions then divide by zero, or are computed wrongly. So what
// it is told goes through here: onednn_caches.cpp defines the function that oneDNN exports and calls for it, and every
// program that links this room puts that in its place.
#pragma once

namespace vigil::nn {

// `told`, bytes per core, where a cache may have that size, else what processors usually have. Level 1, 2 or 3; 0 for
// others.
unsigned plausible_cache_bytes(int level, unsigned told);

}  // namespace vigil::nn
