// RepositoryChoice: which repository a command works on: as the command line says, else vigil.toml, else this machine's own.
//
//   add_repository_options(*command, choice);
//   const auto options = options_of(choice);      // .data, .database
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/result.h"
#include "server/server_options.h"

namespace CLI {
class App;
}

namespace vigil::cli {

struct RepositoryChoice {
  std::filesystem::path config;  // vigil.toml; empty: none
  std::filesystem::path data;    // empty: the file's, else $VIGIL_DATA, else vigil under $XDG_DATA_HOME or ~/.local/share
  std::optional<std::string> database;  // nothing: the file's, else SQLite in that folder
};

// --config, --data and --database.
void add_repository_options(CLI::App& command, RepositoryChoice& choice);

// All that the file says, with the repository as chosen. Errors: those of server::load_options.
core::Result<server::ServerOptions> options_of(const RepositoryChoice& choice);

}  // namespace vigil::cli
