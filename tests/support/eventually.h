// eventually: whether something comes to hold, asked again and again. What tests of threads and processes wait with.
//
//   EXPECT_TRUE(eventually([&] { return client.get("/healthz").status == 200; }));
#pragma once

#include <chrono>
#include <thread>

namespace vigil::test {

// `limit` is for a machine that has much else to do: only a test that fails waits so long.
template <typename Holds>
bool eventually(const Holds& holds, std::chrono::milliseconds limit = std::chrono::minutes(3)) {
  for (const auto until = std::chrono::steady_clock::now() + limit; std::chrono::steady_clock::now() < until;) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace vigil::test
