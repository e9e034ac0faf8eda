#include "cli/serving.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/evidence_options.h"
#include "cli/house_files.h"
#include "core/cores.h"

namespace vigil::cli {

namespace fs = std::filesystem;

void add_network_options(CLI::App& command, NetworkChoice& choice) {
  add_scorer_options(command, choice.scorer);
  add_line_options(command, choice.line);
  add_people_options(command, choice.people);
  command.get_option("--threads")
      ->description("Computing threads of each camera and upload (0: as the cores are best shared)");
  add_faces_option(command, choice.faces);
}

namespace {

// Side by side with few threads each, networks get more done than one after the other with all: two cameras with one thread
// each went through twice as much as in turns with two (bench/README.md).
int threads_of_each(int wanted) { return wanted > 0 ? wanted : std::max(1, core::usable_cores() / 4); }

// Loads a set for each who asks. Errors come when it is asked.
station::LoadNetworks network_loader(NetworkChoice choice) {
  choice.people.threads = threads_of_each(choice.people.threads);
  return [choice]() -> core::Result<station::Networks> {
    auto scorer = load_scorer(choice.scorer, choice.people.threads);
    if (!scorer) return std::unexpected(scorer.error());
    auto options = line_options(choice.line, choice.people, (*scorer)->info());
    if (!options) return std::unexpected(options.error());
    auto people = load_people_finder(choice.people);
    if (!people) return std::unexpected(people.error());
    if (!*people) options->rules = {};
    auto faces = load_face_finder(*people ? choice.faces : kNone);
    if (!faces) return std::unexpected(faces.error());
    return station::Networks{.scorer = std::move(*scorer),
                             .people = std::move(*people),
                             .faces = std::move(*faces),
                             .options = std::move(*options)};
  };
}

}  // namespace

fs::path house_web() {
  const auto index = find_house_file("web/app/dist/index.html");
  return index ? index->parent_path() : fs::path();
}

core::Result<std::unique_ptr<Serving>> Serving::open(const server::ServerOptions& options, const NetworkChoice& networks,
                                                     bool stored_cameras) {
  auto load = network_loader(networks);
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  // A wrong name of weights is said now, not by the first camera.
  if (auto tried = load(); !tried) return std::unexpected(tried.error());
  const int threads = threads_of_each(networks.people.threads);
  std::unique_ptr<Serving> serving(new Serving());
  auto archive = archive::Archive::open({.folder = options.data, .database = options.database});
  if (!archive) return std::unexpected(archive.error());
  serving->archive_ = std::move(*archive);
  auto station = station::Station::open(*serving->archive_, {.folder = options.data / "work",
                                                             .networks = std::move(load),
                                                             .at_once = std::max(1, core::usable_cores() / threads),
                                                             .upload_bytes = options.upload_bytes,
                                                             .stored_cameras = stored_cameras});
  if (!station) return std::unexpected(station.error());
  serving->station_ = std::move(*station);
  auto server = server::Server::create(options, *serving->archive_, *serving->station_);
  if (!server) return std::unexpected(server.error());
  serving->server_ = std::move(*server);
  return serving;
}

ExitCode Serving::serve(const CommandContext& context, const std::function<void(const server::ServerAddress&)>& ready) {
  const auto served = server_->run(context.stop, ready);
  station_->stop();
  return served ? ExitCode::kDone : report_error(served.error());
}

}  // namespace vigil::cli
