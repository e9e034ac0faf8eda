#include "nn/onednn_caches.h"

#include <dlfcn.h>

#include <gtest/gtest.h>

namespace vigil::nn {
namespace {

constexpr const char* kOfOneDnn = "_ZN4dnnl4impl3cpu8platform23get_per_core_cache_sizeEi";

TEST(OnednnCaches, sizes_that_cannot_be_are_replaced) {
  EXPECT_EQ(plausible_cache_bytes(1, 48 << 10), 48U << 10);
  EXPECT_EQ(plausible_cache_bytes(2, 1 << 20), 1U << 20);
  for (const unsigned told : {0U, 1U, 64U}) {
    EXPECT_EQ(plausible_cache_bytes(1, told), 32U << 10);
    EXPECT_EQ(plausible_cache_bytes(2, told), 512U << 10);
    EXPECT_EQ(plausible_cache_bytes(3, told), 1024U << 10);
    EXPECT_EQ(plausible_cache_bytes(4, told), 0U);
  }
}

// The dynamic linker gives oneDNN the first definition of the name, which has to be the program's.
TEST(OnednnCaches, oneDNN_is_told_the_plausible_ones) {
  void* const called = dlsym(RTLD_DEFAULT, kOfOneDnn);
  void* const original = dlsym(RTLD_NEXT, kOfOneDnn);
  ASSERT_NE(called, nullptr);
  EXPECT_NE(original, nullptr) << "oneDNN has no such function any more";
  EXPECT_NE(called, original);
  for (const int level : {1, 2, 3}) EXPECT_GE(reinterpret_cast<unsigned (*)(int)>(called)(level), 8U << 10) << level;
}

}  // namespace
}  // namespace vigil::nn
