// Runs the `vigil` program as a user does.
//
//   const Outcome outcome = run_vigil({"predict", "violence-clip", file});
//   EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
#pragma once

#include <string>
#include <vector>

namespace vigil::test {

struct Outcome {
  int exit_code = -1;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// `input`: what comes on standard input.
Outcome run_vigil(const std::vector<std::string>& arguments, const std::string& input = {});

}  // namespace vigil::test
