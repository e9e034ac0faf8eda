// Serving: what `vigil serve` and `vigil demo` share: the repository, the station and the server over it, until Ctrl-C.
//
//   auto serving = Serving::open(options, networks, /*stored_cameras=*/true);
//   (*serving)->station().start();
//   return (*serving)->serve(context, [](const ServerAddress& at) { print("{}", at.url); });
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "station/station.h"

#include "archive/archive.h"
#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/line_options.h"
#include "cli/people_options.h"
#include "cli/scorer_options.h"
#include "core/result.h"
#include "server/server.h"

namespace vigil::cli {

// As given on the command line: what looks at cameras and uploads.
struct NetworkChoice {
  ScorerChoice scorer;
  LineChoice line;
  PeopleChoice people;
  std::string faces;
};

void add_network_options(CLI::App& command, NetworkChoice& choice);

// The UI's built files, where this program comes with them; empty elsewhere.
std::filesystem::path house_web();

class Serving {
 public:
  // Errors: those of Archive::open, Station::open, Server::create; what the networks need is tried once.
  static core::Result<std::unique_ptr<Serving>> open(const server::ServerOptions& options, const NetworkChoice& networks,
                                                     bool stored_cameras);

  archive::Archive& archive() { return *archive_; }
  station::Station& station() { return *station_; }

  // Blocks until Ctrl-C.
  ExitCode serve(const CommandContext& context, const std::function<void(const server::ServerAddress&)>& ready);

 private:
  Serving() = default;

  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<station::Station> station_;
  std::unique_ptr<server::Server> server_;
};

}  // namespace vigil::cli
