// FileDescriptor: closes a file, socket or device of the operating system at the end of its life.
//
//   const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
//   if (!file.valid()) return fail(…errno…);
//   ::read(file.get(), …);
//
// Holds what it is given, also -1 for a failure. One thread at a time.
#pragma once

#include <unistd.h>

namespace vigil::core {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (valid()) ::close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  bool valid() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

}  // namespace vigil::core
