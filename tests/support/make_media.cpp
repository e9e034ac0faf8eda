#include "support/make_media.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <format>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>

namespace vigil::test {

namespace fs = std::filesystem;

std::string run_program(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(out[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<size_t>(n));
  close(out[0]);
  int status = -1;
  if (failed == 0) waitpid(pid, &status, 0);
  if (failed != 0 || status != 0) throw std::runtime_error(std::format("{} failed (status {})", command[0], status));
  return text;
}

fs::path make_media(const std::string& name, const std::string& arguments) {
  const fs::path directory = fs::temp_directory_path() / std::format("vigil-test-media-{}", getuid());
  fs::create_directories(directory);
  const fs::path asked(name);
  const std::string key = std::format("{}-{:016x}", asked.stem().string(), std::hash<std::string>()(arguments));
  const fs::path path = directory / (key + asked.extension().string());
  if (fs::exists(path)) return path;
  const fs::path draft = directory / std::format("{}-{}{}", key, getpid(), asked.extension().string());
  std::vector<std::string> command = {"ffmpeg", "-nostdin", "-v", "error", "-y"};
  std::istringstream words(arguments);
  command.insert(command.end(), std::istream_iterator<std::string>(words), {});
  command.push_back(draft.string());
  run_program(command);
  fs::rename(draft, path);
  return path;
}

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace vigil::test
