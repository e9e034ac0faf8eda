// Training runs on this machine: the folders below the one that vigil.toml names, each with the history.json that a training
// writes (learn/trainer.h).
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <vector>

#include "core/atomic_file.h"
#include "core/log.h"
#include "server/context.h"
#include "server/event_report.h"
#include "server/instants.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHistory = "history.json";
constexpr std::size_t kMostRuns = 1000;

// The names of the curves, and where they stand in a record of an epoch.
struct Column {
  const char* name;
  const char* part;  // empty: the record itself
  const char* key;
};
constexpr std::array<Column, 10> kColumns{{{"epoch", "", "epoch"},
                                           {"learning_rate", "", "lr"},
                                           {"train_loss", "", "train_loss"},
                                           {"val_loss", "", "val_loss"},
                                           {"train_accuracy", "train", "accuracy"},
                                           {"val_accuracy", "validation", "accuracy"},
                                           {"train_auc", "train", "auc"},
                                           {"val_auc", "validation", "auc"},
                                           {"val_f1", "validation", "f1"},
                                           {"seconds", "", "seconds"}}};

struct Run {
  std::string name;
  fs::path folder;
};

// The folders with a history, by name; a name is one part of a path.
std::vector<Run> runs_in(const fs::path& parent) {
  std::vector<Run> runs;
  std::error_code error;
  if (parent.empty()) return runs;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
    if (!fs::is_regular_file(entry.path() / kHistory, error)) continue;
    runs.push_back({.name = entry.path().filename().string(), .folder = entry.path()});
    if (runs.size() == kMostRuns) break;
  }
  std::ranges::sort(runs, {}, &Run::name);
  return runs;
}

Run find_run(const fs::path& parent, const std::string& name) {
  for (Run& run : runs_in(parent)) {
    if (run.name == name) return run;
  }
  nothing_here(std::format("training run {}", name));
}

Json history_of(const Run& run) {
  const std::string text = take(core::read_file(run.folder / kHistory));
  Json history = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!history.is_object() || !history.contains("epochs") || !history["epochs"].is_array()) {
    throw Problem(422, "unusable", std::format("the history of the run {} is damaged", run.name));
  }
  return history;
}

archive::WallTime written(const Run& run) {
  std::error_code error;
  const auto time = fs::last_write_time(run.folder / kHistory, error);
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::file_clock::to_sys(time));
}

Json summary_of(const Run& run) {
  const Json history = history_of(run);
  const auto best = history.find("best_epoch");
  std::error_code error;
  return {{"name", run.name},
          {"title", run.name},
          {"epochs", history["epochs"].size()},
          {"best_epoch", best != history.end() && best->is_number_integer() ? *best : Json(-1)},
          {"updated", to_instant(written(run))},
          {"has_report", fs::is_regular_file(run.folder / kReportFile, error)}};
}

Response list(Context& context) {
  Json all = Json::array();
  for (const Run& run : runs_in(context.options.runs)) {
    try {
      all.push_back(summary_of(run));
    } catch (const Problem& problem) {  // one that is damaged hides no other
      core::log_warning("training runs: {}", problem.detail().empty() ? problem.message() : problem.detail());
    }
  }
  return json_response(all);
}

Json value_of(const Json& record, const Column& column) {
  const Json* part = &record;
  if (*column.part) {
    const auto found = record.find(column.part);
    if (found == record.end() || !found->is_object()) return nullptr;
    part = &*found;
  }
  const auto value = part->find(column.key);
  return value == part->end() || !value->is_number() ? Json() : *value;
}

// Rows: what it is; columns: what it was called. Of the test, else of the best epoch.
Json confusion_of(const Json& history) {
  for (const char* showing : {"test", "best"}) {
    const Json::json_pointer at(std::format("/{}/scores/confusion", showing));
    if (history.contains(at)) return history.at(at);
  }
  return nullptr;
}

Response get(Context& context, Call& call) {
  const Run run = find_run(context.options.runs, call.text("run"));
  const Json history = history_of(run);
  Json columns = Json::array(), rows = Json::array();
  for (const Column& column : kColumns) columns.push_back(column.name);
  for (const Json& record : history["epochs"]) {
    Json row = Json::array();
    for (const Column& column : kColumns) row.push_back(value_of(record, column));
    rows.push_back(std::move(row));
  }
  return json_response({{"name", run.name},
                        {"columns", std::move(columns)},
                        {"rows", std::move(rows)},
                        {"confusion", confusion_of(history)},
                        {"classes", Json::array({"negative", "positive"})}});
}

Response report(Context& context, Call& call) {
  const Run run = find_run(context.options.runs, call.text("run"));
  Response response{.type = "text/html; charset=utf-8", .body = take(core::read_file(run.folder / kReportFile))};
  response.headers.emplace_back("Content-Security-Policy", kReportPolicy);
  return response;
}

}  // namespace

void add_training_routes(Routes& routes, Context& context) {
  const auto add = [&](const char* path, std::function<Response(Call&)> handler) {
    routes.add({.method = Method::kGet, .path = path, .access = Access::kOperator, .handler = std::move(handler)});
  };
  add("/training-runs", [&context](Call&) { return list(context); });
  add("/training-runs/{run}", [&context](Call& call) { return get(context, call); });
  add("/training-runs/{run}/report", [&context](Call& call) { return report(context, call); });
}

}  // namespace vigil::server
