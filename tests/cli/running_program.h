// RunningProgram: the `vigil` program in the background, for tests that interrupt or kill it.
//
//   RunningProgram program({"analyze", video, "--out", out});
//   program.send(SIGINT);
//   EXPECT_EQ(program.wait(), 130);
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace vigil::test {

class RunningProgram {
 public:
  // Standard output and error are thrown away.
  explicit RunningProgram(const std::vector<std::string>& arguments);
  ~RunningProgram();  // kills it when it still runs
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void send(int signal) const;

  // Exit code, or minus the number of the signal that ended it.
  int wait();

 private:
  pid_t pid_ = -1;
};

}  // namespace vigil::test
