#include "cli/repository_choice.h"

#include <cstdlib>

#include <CLI/CLI.hpp>

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

fs::path own_folder() {
  if (const char* data = std::getenv("VIGIL_DATA"); data && *data) return data;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return fs::path(data) / "vigil";
  const char* home = std::getenv("HOME");
  return fs::path(home ? home : ".") / ".local/share/vigil";
}

}  // namespace

void add_repository_options(CLI::App& command, RepositoryChoice& choice) {
  command.add_option("--config", choice.config, "What a file should hold: vigil.toml (docs/vigil-toml.md)");
  command.add_option("--data", choice.data, "Folder of the repository")
      ->default_str("$VIGIL_DATA, else ~/.local/share/vigil");
  command.add_option("--database", choice.database, "postgresql://… in place of SQLite in that folder");
}

core::Result<server::ServerOptions> options_of(const RepositoryChoice& choice) {
  auto options = choice.config.empty() ? server::ServerOptions() : server::load_options(choice.config);
  if (!options) return options;
  if (choice.database) options->database = *choice.database;
  if (!choice.data.empty()) options->data = choice.data;
  if (options->data.empty()) options->data = own_folder();
  return options;
}

}  // namespace vigil::cli
