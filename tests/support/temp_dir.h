// TempDir: a directory of its own for one test, removed with everything in it when the test ends.
#pragma once

#include <filesystem>
#include <string_view>

namespace vigil::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace vigil::test
