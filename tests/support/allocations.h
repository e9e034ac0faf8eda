// How often this program has asked for memory, and how many pieces it holds: for tests that the steady state asks for none,
// and that what streams for hours does not grow.
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

// Pieces asked for and not given back.
std::int64_t held_allocations();

}  // namespace vigil::test
