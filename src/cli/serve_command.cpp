#include "cli/serve_command.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/repository_choice.h"
#include "cli/serving.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

struct ServeChoice {
  RepositoryChoice repository;
  std::optional<std::string> address;
  std::optional<int> port;
  fs::path certificate, key, web, runs;
  bool insecure = false, json_log = false;
  NetworkChoice networks;
};

// What the command line says goes before what the file says.
core::Result<server::ServerOptions> options_of(const ServeChoice& choice) {
  auto options = options_of(choice.repository);
  if (!options) return options;
  const auto set = [](auto& option, const auto& chosen) {
    if (chosen) option = *chosen;
  };
  const auto set_path = [](fs::path& option, const fs::path& chosen) {
    if (!chosen.empty()) option = chosen;
  };
  set(options->address, choice.address);
  set(options->port, choice.port);
  set_path(options->certificate, choice.certificate);
  set_path(options->key, choice.key);
  set_path(options->web, choice.web);
  set_path(options->runs, choice.runs);
  options->insecure = options->insecure || choice.insecure;
  options->json_log = options->json_log || choice.json_log;
  if (options->web.empty()) options->web = house_web();
  return options;
}

void log_as_json() {
  core::set_log_sink([](core::LogLevel level, std::string_view line) {
    static constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const nlohmann::ordered_json entry{
        {"time", std::format("{:%FT%T}Z", now)}, {"level", kLevels[static_cast<std::size_t>(level)]}, {"message", line}};
    const std::string text = entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    std::fputs(text.c_str(), stderr);
  });
}

ExitCode serve(const ServeChoice& choice, const CommandContext& context) {
  const auto options = options_of(choice);
  if (!options) return report_error(options.error());
  if (options->json_log) log_as_json();
  auto serving = Serving::open(*options, choice.networks, /*stored_cameras=*/true);
  if (!serving) return report_error(serving.error());
  if (auto started = (*serving)->station().start(); !started) return report_error(started.error());
  return (*serving)->serve(context, [&](const server::ServerAddress& at) {
    print("Vigil serves {} at {}", options->data.string(), at.url);
    if (at.setup_link) print("There is no administrator yet. This link makes one, once: {}", *at.setup_link);
  });
}

}  // namespace

void register_serve_command(CLI::App& app, CommandContext& context) {
  auto choice = std::make_shared<ServeChoice>();
  CLI::App* command = app.add_subcommand("serve", "The server: cameras, uploads, repository, web UI");
  add_repository_options(*command, choice->repository);
  command->add_option("--address", choice->address, "Where to listen")->default_str("127.0.0.1");
  command->add_option("--port", choice->port, "Where to listen; 0: any port that is free")->default_str("8080");
  command->add_option("--certificate", choice->certificate, "TLS: the certificate's chain, PEM");
  command->add_option("--key", choice->key, "TLS: its private key, PEM");
  command->add_flag("--insecure", choice->insecure, "Listen beyond this machine without TLS: behind a proxy that has it");
  command->add_option("--web", choice->web, "Folder of the web UI's built files")
      ->default_str("those that Vigil comes with");
  command->add_option("--runs", choice->runs, "Folder of training runs to show");
  command->add_flag("--log-json", choice->json_log, "The log as lines of JSON");
  add_network_options(*command, choice->networks);
  set_action(*command, context, [choice](CommandContext& ctx) { return serve(*choice, ctx); });
}

}  // namespace vigil::cli
