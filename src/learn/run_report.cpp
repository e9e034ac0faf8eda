#include "learn/run_report.h"

#include <format>
#include <optional>
#include <sstream>
#include <utility>

#include "report/report_page.h"
#include <nlohmann/json.hpp>
#include <toml++/toml.hpp>

namespace vigil::learn {
namespace {

using nlohmann::json;

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

std::string_view name_of(RunState state) {
  switch (state) {
    case RunState::kRunning: return "running";
    case RunState::kFinished: return "finished";
    case RunState::kStoppedEarly: return "stopped_early";
    case RunState::kInterrupted: return "interrupted";
  }
  std::unreachable();
}

std::string sentence(const RunReport& run) {
  const std::size_t done = run.history.epochs.size();
  switch (run.state) {
    case RunState::kRunning: return std::format("Training: {} of {} epochs are done.", done, run.recipe.trainer.max_epochs);
    case RunState::kFinished: return std::format("Finished after {} epochs.", done);
    case RunState::kStoppedEarly:
      return std::format("Stopped early after {} epochs: {} had not become better for {} of them.", done,
                         to_string(run.recipe.trainer.monitor), run.recipe.trainer.early_stop_patience);
    case RunState::kInterrupted:
      return std::format("Interrupted after {} complete epochs; the state is saved, and training with --resume goes on.",
                         done);
  }
  std::unreachable();
}

json epoch_columns(const RunHistory& history) {
  json columns = {{"epoch", json::array()},    {"lr", json::array()},     {"train_loss", json::array()},
                  {"val_loss", json::array()}, {"rate", json::array()},   {"data_ms", json::array()},
                  {"step_ms", json::array()},  {"seconds", json::array()}};
  const auto add_scores = [&](const char* set, const std::optional<Scores>& scores) {
    json& target = columns[set];
    const auto add = [&](const char* name, const std::optional<double>& value) { target[name].push_back(or_null(value)); };
    add("accuracy", scores ? std::optional(scores->accuracy) : std::nullopt);
    add("f1", scores ? scores->f1 : std::nullopt);
    add("auc", scores ? scores->auc : std::nullopt);
  };
  for (const EpochRecord& record : history.epochs) {
    columns["epoch"].push_back(record.epoch + 1);
    columns["lr"].push_back(record.lr);
    columns["train_loss"].push_back(record.train_loss);
    columns["val_loss"].push_back(or_null(record.val_loss));
    columns["rate"].push_back(record.pace.rows_per_second());
    columns["data_ms"].push_back(record.pace.data_ms());
    columns["step_ms"].push_back(record.pace.step_ms());
    columns["seconds"].push_back(record.seconds);
    add_scores("train", record.train);
    add_scores("validation", record.validation);
  }
  return columns;
}

json showing(const Showing& shown, std::string title, std::string note) {
  return {{"title", std::move(title)},
          {"note", std::move(note)},
          {"loss", shown.loss},
          {"scores", json::parse(to_json(*shown.scores))},
          {"roc", json::parse(to_json(shown.roc))}};
}

json showings(const RunReport& run) {
  json list = json::array();
  const RunHistory& history = run.history;
  if (history.best && history.best->scores) {
    const bool validated = run.validation_samples > 0;
    list.push_back(
        showing(*history.best, validated ? "Validation" : "Training set",
                std::format("The best epoch ({}) by {}{}.", history.best_epoch + 1, to_string(run.recipe.trainer.monitor),
                            validated ? "" : ", measured on the training clips themselves")));
  }
  if (history.test && history.test->scores) {
    list.push_back(showing(*history.test, "Test", "The weights of the best epoch, shown the test clips once."));
  }
  return list;
}

// The value as a person would write it: 0.9 and not 0.90000000000000002, text without quotes.
std::string shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_floating_point()) return std::format("{}", number->get());
  if (const auto* list = node.as_array()) {
    std::string joined;
    for (const toml::node& item : *list) joined += (joined.empty() ? "" : ", ") + shown(item);
    return joined;
  }
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

json settings(const Recipe& recipe) {
  json sections = json::array();
  const toml::table table = toml::parse(to_toml(recipe));
  for (const auto& [key, node] : table) {
    if (!node.is_table()) continue;
    json rows = json::array();
    for (const auto& [name, value] : *node.as_table()) rows.push_back({std::string(name.str()), shown(value)});
    sections.push_back({{"section", std::string(key.str())}, {"rows", std::move(rows)}});
  }
  return sections;
}

// 1869849 → "1,869,849"
std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

json facts(const RunReport& run) {
  const RunHistory& history = run.history;
  json list = json::array();
  const auto add = [&](std::string label, std::string value, std::string note = {}) {
    list.push_back({{"label", std::move(label)}, {"value", std::move(value)}, {"note", std::move(note)}});
  };
  const auto shown = [](const std::optional<double>& value) { return value ? std::format("{:.3f}", *value) : "–"; };
  const bool scored = history.best && history.best->scores;
  if (scored) {
    const std::string of = run.validation_samples > 0 ? "validation" : "training set";
    const Scores& scores = *history.best->scores;
    add("Accuracy", std::format("{:.1f} %", 100 * scores.accuracy),
        std::format("{}, at probability {:g}", of, scores.threshold));
    add("AUC", shown(scores.auc), of);
    add("F1", shown(scores.f1), of);
  }
  if (history.best) {
    if (!scored) add("Loss", shown(history.best->loss), run.validation_samples > 0 ? "validation" : "training set");
    add("Best epoch", std::to_string(history.best_epoch + 1), std::format("of {}", history.epochs.size()));
  }
  if (history.test && history.test->scores) {
    add("Test accuracy", std::format("{:.1f} %", 100 * history.test->scores->accuracy));
    add("Test AUC", shown(history.test->scores->auc));
  }
  double seconds = 0;
  for (const EpochRecord& record : history.epochs) seconds += record.seconds;
  add(scored ? "Clips" : "Samples", std::to_string(run.train_samples),
      run.validation_samples > 0 ? std::format("and {} for validation", run.validation_samples) : "no validation set");
  add("Parameters", grouped(run.parameters), run.recipe.net.name);
  add("Time", seconds < 120 ? std::format("{:.0f} s", seconds) : std::format("{:.1f} min", seconds / 60), run.device);
  return list;
}

}  // namespace

std::string training_report(const RunReport& run) {
  const json data = {
      {"state", name_of(run.state)},
      {"state_text", sentence(run)},
      {"monitor", to_string(run.recipe.trainer.monitor)},
      {"threshold", run.recipe.trainer.threshold},
      {"classes", {run.recipe.data.negative_class, run.recipe.data.positive_class}},
      {"best_epoch", run.history.best_epoch >= 0 ? json(run.history.best_epoch + 1) : json(nullptr)},
      {"facts", facts(run)},
      {"epochs", epoch_columns(run.history)},
      {"showings", showings(run)},
      {"settings", settings(run.recipe)},
  };
  // Class and run names come from users and may hold bytes that are not UTF-8.
  const std::string text = data.dump(-1, ' ', false, json::error_handler_t::replace);
  return report::render_report(report::ReportKind::kTraining, run.recipe.name, text);
}

}  // namespace vigil::learn
