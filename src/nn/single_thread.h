// SingleThread: while it lives, what this thread asks torch and oneDNN for is computed by this thread alone, and in the way
// that a single thread computes it: the same last digits whatever the number of threads.
//
//   at::parallel_for(0, n, 1, [&](std::int64_t begin, std::int64_t end) {
//     const SingleThread alone;
//     for (std::int64_t i = begin; i < end; ++i) out[i] = net->forward(in[i]);
//   });
//
// oneDNN divides a convolution's sums by the number of threads there could be, even where it then gets one only, as inside
// a parallel loop. Touches only the thread that makes it.
#pragma once

namespace vigil::nn {

class SingleThread {
 public:
  SingleThread();
  ~SingleThread();
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  int before_;
};

}  // namespace vigil::nn
