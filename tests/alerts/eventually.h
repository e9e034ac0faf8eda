// eventually(): waits until a condition holds; false when it does not within a time that only a fault takes.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace vigil::alerts {

inline bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace vigil::alerts
