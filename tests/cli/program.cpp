#include "program.h"

#include <cstdlib>
#include <fstream>

#include <sys/wait.h>

#include "core/atomic_file.h"
#include "support/temp_dir.h"

namespace vigil::test {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Outcome run_vigil(const std::vector<std::string>& arguments, const std::string& input) {
  const TempDir dir;
  std::ofstream(dir / "in") << input;
  std::string command = quoted(VIGIL_PROGRAM);
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  command +=
      " <" + quoted((dir / "in").string()) + " >" + quoted((dir / "out").string()) + " 2>" + quoted((dir / "err").string());
  const int status = std::system(command.c_str());
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .output = core::read_file(dir / "out").value_or(""),
          .errors = core::read_file(dir / "err").value_or("")};
}

}  // namespace vigil::test
