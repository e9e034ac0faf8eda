#include "cli/desktop.h"

#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace vigil::cli {

void open_on_desktop(const std::filesystem::path& page) { open_on_desktop(std::filesystem::absolute(page).string()); }

void open_on_desktop(const std::string& url) {
  const bool has_desktop = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
  if (!has_desktop || isatty(STDOUT_FILENO) != 1) return;

  // The signals that this program waits for are blocked here and must not be in the browser.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  std::string path = url;
  std::string name = "xdg-open";
  char* arguments[] = {name.data(), path.data(), nullptr};
  pid_t child = 0;
  posix_spawnp(&child, name.c_str(), nullptr, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
}

}  // namespace vigil::cli
