// How often this test program asked for memory, for tests that a steady state allocates nothing.
//
//   const std::int64_t before = allocations();
//   …
//   EXPECT_EQ(allocations(), before);
#pragma once

#include <cstdint>

namespace vigil::test {

std::int64_t allocations();

}  // namespace vigil::test
