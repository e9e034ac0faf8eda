#include "cli/password_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace vigil::cli {
namespace {

// Typed characters are not shown while it lives.
class Unseen {
 public:
  Unseen() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios unseen = before_;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = changed_ && tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen) == 0;
  }
  ~Unseen() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_ = {};
  bool changed_;
};

core::Result<std::string> read_line() {
  std::string line;
  if (std::getline(std::cin, line)) return line;
  return core::fail(core::ErrorCode::kInvalidArgument, "no password came on standard input");
}

core::Result<std::string> ask(const char* question) {
  std::fputs(question, stderr);
  core::Result<std::string> answer;
  {
    const Unseen unseen;
    answer = read_line();
  }
  std::fputs("\n", stderr);
  return answer;
}

}  // namespace

core::Result<std::string> ask_new_password() {
  if (isatty(STDIN_FILENO) == 0) return read_line();
  auto first = ask("New password: ");
  if (!first) return first;
  const auto second = ask("Once more: ");
  if (!second) return second;
  if (*first != *second) return core::fail(core::ErrorCode::kInvalidArgument, "the two passwords differ");
  return first;
}

}  // namespace vigil::cli
