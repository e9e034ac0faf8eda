// How often this program has asked for memory: for tests that the steady state asks for none.
//
//   const std::int64_t before = allocations();
//   work();
//   EXPECT_EQ(allocations(), before);
//
// A program that uses it gets an operator new that counts. Any thread.
#pragma once

#include <cstdint>

namespace vigil::test {

std::int64_t allocations();

}  // namespace vigil::test
