// PythonServer: a server in a process of its own, a script of tests/support that is told a port (0: any) as its last
// argument, prints the one it took, and ends with its standard input.
//
//   PythonServer server("file_server.py", {folder.string()});
//   open(std::format("http://127.0.0.1:{}/a", server.port()));
//   server.kill();    // connections break
//   server.start();   // the same port again
//   server.freeze();  // connections stand, and nothing comes
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace vigil::test {

class PythonServer {
 public:
  // Throws std::runtime_error when it cannot be started.
  PythonServer(std::string script, std::vector<std::string> arguments);
  ~PythonServer();
  PythonServer(const PythonServer&) = delete;
  PythonServer& operator=(const PythonServer&) = delete;

  int port() const { return port_; }

  void kill();
  void start();
  void freeze();
  void thaw();

 private:
  std::string script_;
  std::vector<std::string> arguments_;
  int port_ = 0;
  pid_t pid_ = -1;
  int input_ = -1;  // keeps it alive
};

}  // namespace vigil::test
