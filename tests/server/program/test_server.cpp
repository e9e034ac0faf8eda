// The server with staged networks, for tests: test_server --data DIR [--port N] [--web DIR] [--camera FILE] [--runs DIR]
//
// Prints one line of JSON when it listens: {"url", "setup_link"}; ends with its standard input. --routes prints the routes
// instead. --camera adds a camera that plays the file over and over.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <print>
#include <string>
#include <thread>

#include "station/staged.h"
#include "station/station.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "archive/archive.h"
#include "server/server.h"

namespace {

using namespace vigil;

int fail(const core::Error& error) {
  std::println(stderr, "{}", error.message);
  return 1;
}

void end_with_input(std::stop_source stop) {
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  stop.request_stop();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is then an error, as on a full disk
  CLI::App app("The server with staged networks");
  server::ServerOptions options{.port = 0, .requests_per_second = 10'000};
  std::filesystem::path camera;
  std::string database;
  bool routes = false;
  int window_ms = 0;
  double requests = options.requests_per_second;
  app.add_option("--data", options.data)->required();
  app.add_option("--port", options.port);
  app.add_option("--certificate", options.certificate);
  app.add_option("--key", options.key);
  app.add_option("--proxy", options.proxy);
  app.add_option("--web", options.web);
  app.add_option("--runs", options.runs);
  app.add_option("--camera", camera);
  app.add_option("--database", database);
  app.add_option("--requests", requests);
  app.add_option("--window-ms", window_ms, "how long scoring a window takes, as on a slow machine");
  app.add_option("--upload-bytes", options.upload_bytes);
  app.add_flag("--routes", routes);
  CLI11_PARSE(app, argc, argv);
  options.requests_per_second = requests;

  auto archive = archive::Archive::open({.folder = options.data, .database = database});
  if (!archive) return fail(archive.error());
  auto station = station::Station::open(
      **archive, {.folder = options.data / "work",
                  .networks = [&] { return test::slow_networks(std::chrono::milliseconds(window_ms)); },
                  .upload_bytes = options.upload_bytes,
                  .stored_cameras = true});
  if (!station) return fail(station.error());
  auto server = server::Server::create(options, **archive, **station);
  if (!server) return fail(server.error());
  if (routes) {
    std::println("{}", (*server)->routes_json());
    return 0;
  }
  if (!camera.empty()) {
    const auto cameras = (*archive)->cameras().all();
    if (cameras && cameras->empty()) static_cast<void>((*archive)->cameras().add({.name = "Stage"}, camera.string()));
  }
  if (auto started = (*station)->start(); !started) return fail(started.error());
  std::stop_source stop;
  std::thread(end_with_input, stop).detach();
  const auto ran = (*server)->run(stop.get_token(), [](const server::ServerAddress& at) {
    std::println("{}", nlohmann::ordered_json{{"url", at.url}, {"setup_link", at.setup_link.value_or("")}}.dump());
    std::fflush(stdout);
  });
  (*station)->stop();
  return ran ? 0 : fail(ran.error());
}
