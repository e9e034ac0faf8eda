#include "support/postgres.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vigil::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrograms = "/usr/lib/postgresql/17/bin";

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// "postgresql://vigil@/name?host=folder" → "name"
std::string name_in(const std::string& url) {
  const std::size_t begin = url.find("@/") + 2;
  return url.substr(begin, url.find('?') - begin);
}

}  // namespace

void Postgres::run(const std::string& command) const {
  const fs::path log = dir_ / "commands.log";
  const std::string as_nobody = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const std::string line = std::format("cd '{}' && {}{}/{} >'{}' 2>&1 </dev/null", dir_.path().string(), as_nobody,
                                       kPrograms, command, log.string());
  if (std::system(line.c_str()) != 0) {
    throw std::runtime_error(std::format("{}: {}{}", command, text_of(log), text_of(dir_ / "server.log")));
  }
}

Postgres::Postgres() {
  // Short socket paths only: their length is limited to 107 bytes.
  if (geteuid() == 0) {
    const std::string owner = std::format("chown 65534:65534 '{}'", dir_.path().string());
    if (std::system(owner.c_str()) != 0) throw std::runtime_error(owner);
  }
  make_data();
  start();
}

// An empty cluster takes a second to make and a tenth to copy, so the first one is kept for the tests that follow.
void Postgres::make_data() {
  const fs::path kept = fs::temp_directory_path() / std::format("vigil-test-postgres-17-{}", geteuid());
  const fs::path data = dir_ / "data";
  if (!fs::exists(kept / "PG_VERSION")) {
    run(
        std::format("initdb -D '{}' --auth=trust --username=vigil --encoding=UTF8 --locale-provider=builtin "
                    "--builtin-locale=C.UTF-8 --locale=C --no-sync",
                    data.string()));
    const std::string copy = std::format("cp -a '{}' '{}.{}' && mv -T '{}.{}' '{}'", data.string(), kept.string(), getpid(),
                                         kept.string(), getpid(), kept.string());
    if (std::system((copy + " 2>/dev/null").c_str()) != 0) fs::remove_all(std::format("{}.{}", kept.string(), getpid()));
    return;
  }
  const std::string copy = std::format("cp -a '{}' '{}'", kept.string(), data.string());
  if (std::system(copy.c_str()) != 0) throw std::runtime_error(copy);
}

Postgres::~Postgres() {
  try {
    stop();
  } catch (const std::exception&) {  // it was stopped already
  }
}

void Postgres::start() {
  run(std::format(
      "pg_ctl -D '{}' -w -t 60 -l '{}' -o \"-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off\" start",
      (dir_ / "data").string(), (dir_ / "server.log").string(), dir_.path().string()));
}

void Postgres::stop() { run(std::format("pg_ctl -D '{}' -w -m fast stop", (dir_ / "data").string())); }

void Postgres::restart() {
  stop();
  start();
}

std::string Postgres::new_database() {
  const std::string name = std::format("test{}", ++databases_);
  run(std::format("createdb -h '{}' -U vigil {}", dir_.path().string(), name));
  return std::format("postgresql://vigil@/{}?host={}", name, dir_.path().string());
}

void Postgres::copy_database(const std::string& from, const std::string& to) {
  const std::string as = std::format("-h '{}' -U vigil", dir_.path().string());
  run(std::format("dropdb {} --if-exists --force {}", as, name_in(to)));
  run(std::format("createdb {} -T {} {}", as, name_in(from), name_in(to)));
}

}  // namespace vigil::test
