#include "cli/models_command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <memory>
#include <string>
#include <vector>

#include "models/pull.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_files.h"
#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "core/atomic_file.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using models::Catalog;
using models::CatalogModel;

constexpr double kKilo = 1e3;
constexpr double kMega = 1e6;

struct ModelsChoice {
  std::vector<std::string> names;
  std::string mirror;
};

std::string size_text(double bytes) {
  return bytes < kMega ? std::format("{:.0f} kB", bytes / kKilo) : std::format("{:.1f} MB", bytes / kMega);
}

core::Result<Catalog> load_catalog() {
  const auto path = find_house_file("models/catalog.json");
  if (!path) return std::unexpected(path.error());
  return Catalog::load(*path);
}

core::Error unknown(const std::string& name) {
  return {.code = core::ErrorCode::kInvalidArgument,
          .message = std::format("no model is called '{}'; vigil models list names them all", name)};
}

// The weights that lie in models/ with a card each, by name.
std::vector<fs::path> house_cards() {
  std::vector<fs::path> cards;
  const auto folder = find_house_file("models");
  if (!folder) return cards;
  std::error_code error;
  for (fs::directory_iterator entry(*folder, error), end; !error && entry != end; entry.increment(error)) {
    fs::path card = entry->path();
    if (card.extension() == ".md" && fs::exists(fs::path(card).replace_extension(".safetensors"), error)) {
      cards.push_back(std::move(card));
    }
  }
  std::ranges::sort(cards);
  return cards;
}

// The first sentence of a card, which follows its heading.
std::string first_sentence(const fs::path& card) {
  const std::string text = core::read_file(card).value_or("");
  const std::size_t begin = text.find("\n\n");
  if (begin == std::string::npos) return {};
  std::string sentence = text.substr(begin + 2, text.find(". ", begin) - begin - 1);
  std::ranges::replace(sentence, '\n', ' ');
  return sentence;
}

Json house_json(const fs::path& card) {
  std::error_code ignored;
  const fs::path weights = fs::path(card).replace_extension(".safetensors");
  return {{"name", card.stem().string()},
          {"about", first_sentence(card)},
          {"origin", "house"},
          {"installed", true},
          {"bytes", fs::file_size(weights, ignored)},
          {"files", {weights.string()}}};
}

Json public_json(const CatalogModel& model, const fs::path& folder) {
  Json json{{"name", model.name},    {"about", model.about},
            {"origin", "public"},    {"installed", models::is_installed(model, folder)},
            {"bytes", model.size()}, {"files", Json::array()},
            {"task", model.task},    {"licence", model.licence},
            {"source", model.source}};
  for (const models::CatalogFile& file : model.files) json["files"].push_back((folder / file.file).string());
  return json;
}

ExitCode list(const CommandContext& context) {
  const auto catalog = load_catalog();
  if (!catalog) return report_error(catalog.error());
  Json all = Json::array();
  for (const fs::path& card : house_cards()) all.push_back(house_json(card));
  for (const CatalogModel& model : catalog->models()) all.push_back(public_json(model, public_models()));
  if (context.json) {
    print_line(Json{{"folder", public_models().string()}, {"models", all}}.dump(1));
    return ExitCode::kDone;
  }
  for (const Json& model : all) {
    const bool installed = model["installed"].get<bool>();
    const bool house = model["origin"] == "house";
    print("{:<18} {:>9}  {:<17} {}", model["name"].get<std::string>(), size_text(model["bytes"].get<double>()),
          house       ? "comes with Vigil"
          : installed ? "installed"
                      : "can be pulled",
          model["about"].get<std::string>());
  }
  print("Public weights lie in {}; vigil models pull NAME brings them.", public_models().string());
  return ExitCode::kDone;
}

ExitCode pull(const ModelsChoice& choice, const CommandContext& context) {
  const auto catalog = load_catalog();
  if (!catalog) return report_error(catalog.error());
  for (const std::string& name : choice.names) {
    if (!catalog->find(name)) return report_error(unknown(name));
  }
  models::PullOptions options{.folder = public_models(), .mirror = choice.mirror};
  if (const char* mirror = std::getenv("VIGIL_MODELS_MIRROR"); mirror && options.mirror.empty()) options.mirror = mirror;
  for (const std::string& name : choice.names) {
    const CatalogModel& model = *catalog->find(name);
    ProgressBar bar({.title = name, .quiet = context.quiet});
    const auto pulled = models::pull(model, options, bar.sink(), context.stop);
    bar.finish();
    if (!pulled) return report_error(pulled.error().with_context(name));
    print("{}: {} in {}, {}", name, size_text(static_cast<double>(model.size())), options.folder.string(), model.licence);
  }
  return ExitCode::kDone;
}

ExitCode verify(const ModelsChoice& choice) {
  const auto catalog = load_catalog();
  if (!catalog) return report_error(catalog.error());
  bool right = true;
  std::vector<std::string> names = choice.names;
  if (names.empty()) {
    for (const CatalogModel& model : catalog->models()) names.push_back(model.name);
  }
  for (const std::string& name : names) {
    const CatalogModel* model = catalog->find(name);
    if (!model) return report_error(unknown(name));
    const auto files = models::check_installed(*model, public_models());
    if (!files) return report_error(files.error());
    for (const models::InstalledFile& file : *files) {
      const bool missing = file.state == models::FileState::kMissing;
      if (missing && choice.names.empty()) continue;  // not everything has to be here
      print("{}: {}", file.path.string(),
            missing                                   ? "missing"
            : file.state == models::FileState::kRight ? "as in the catalogue"
                                                      : "not the file of the catalogue; vigil models pull replaces it");
      right = right && file.state == models::FileState::kRight;
    }
  }
  return right ? ExitCode::kDone : ExitCode::kFailed;
}

ExitCode info(const ModelsChoice& choice, const CommandContext& context) {
  const std::string& name = choice.names.front();
  for (const fs::path& card : house_cards()) {
    if (card.stem() != name) continue;
    print_line(context.json ? house_json(card).dump(1) : core::read_file(card).value_or(""));
    return ExitCode::kDone;
  }
  const auto catalog = load_catalog();
  if (!catalog) return report_error(catalog.error());
  const CatalogModel* model = catalog->find(name);
  if (!model) return report_error(unknown(name));
  if (context.json) {
    print_line(public_json(*model, public_models()).dump(1));
    return ExitCode::kDone;
  }
  print("{}: {}", model->name, model->about);
  print("source    {}", model->source);
  print("licence   {}", model->licence);
  for (const auto& [what, value] : model->input) print("{:<9} {}", what, value);
  for (const models::CatalogFile& file : model->files) {
    print("file      {}, {} bytes, SHA-256 {}", file.file, file.size, file.sha256);
    print("          {}", file.url);
  }
  print("installed {}", models::is_installed(*model, public_models()) ? "yes, in " + public_models().string() : "no");
  return ExitCode::kDone;
}

}  // namespace

void register_models_command(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("models", "The weights that are here, and public ones that can be pulled");
  command->require_subcommand(1);
  auto choice = std::make_shared<ModelsChoice>();

  CLI::App* all = command->add_subcommand("list", "What there is, and what of it is installed");
  add_json_flag(*all, context);
  set_action(*all, context, [](CommandContext& ctx) { return list(ctx); });

  CLI::App* puller = command->add_subcommand("pull", "Bring public weights to this machine; goes on where it was cut off");
  puller->add_option("names", choice->names, "Models, by name")->required();
  puller->add_option("--mirror", choice->mirror, "A folder or URL that holds the files, in place of upstream")
      ->default_str("$VIGIL_MODELS_MIRROR");
  set_action(*puller, context, [choice](CommandContext& ctx) { return pull(*choice, ctx); });

  CLI::App* checker = command->add_subcommand("verify", "Whether installed files are those of the catalogue");
  checker->add_option("names", choice->names, "Models, by name; none: all that are installed");
  set_action(*checker, context, [choice](CommandContext&) { return verify(*choice); });

  CLI::App* teller = command->add_subcommand("info", "What a model is for, its licence, where it comes from; or its card");
  teller->add_option("name", choice->names, "A model, by name")->required()->expected(1);
  add_json_flag(*teller, context);
  set_action(*teller, context, [choice](CommandContext& ctx) { return info(*choice, ctx); });
}

}  // namespace vigil::cli
