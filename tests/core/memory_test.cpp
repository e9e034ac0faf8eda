#include "core/memory.h"

#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

// Sanitizers bring an allocator of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(Memory, that_was_freed_is_kept_until_it_is_given_back) {
  constexpr std::size_t kBlock = 10'000, kBlocks = 20'000;
  keep_freed_memory();
  std::unique_ptr<char[]> last;  // above all others, so that the end of the heap cannot simply be cut off
  std::thread([&] {
    std::vector<std::unique_ptr<char[]>> blocks(kBlocks);
    for (auto& block : blocks) block = std::make_unique<char[]>(kBlock);
    last = std::make_unique<char[]>(kBlock);
  }).join();
  const std::size_t kept = resident_bytes();
  EXPECT_GT(kept, kBlock * kBlocks / 2);
  give_back_freed_memory();
  EXPECT_LT(resident_bytes() + kBlock * kBlocks / 2, kept);
}
#endif

}  // namespace
}  // namespace vigil::core
