#include "learn/history.h"

#include <format>
#include <utility>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

using core::ErrorCode;
using nlohmann::json;

json json_of(const std::optional<Scores>& scores) { return scores ? json::parse(to_json(*scores)) : json(nullptr); }

json json_of(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

std::optional<double> optional_from_json(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

// What a part refuses ends the reading of the whole.
struct Damaged {
  core::Error error;
};

template <typename T>
T value_or_damaged(core::Result<T> result) {
  if (!result) throw Damaged{result.error()};
  return std::move(*result);
}

std::optional<Scores> scores_of(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value_or_damaged(scores_from_json(value.dump()));
}

json json_of(const Pace& pace) {
  return {{"data_seconds", pace.data_seconds},
          {"step_seconds", pace.step_seconds},
          {"batches", pace.batches},
          {"rows", pace.rows}};
}

Pace pace_from_json(const json& value) {
  return {.data_seconds = value.at("data_seconds").get<double>(),
          .step_seconds = value.at("step_seconds").get<double>(),
          .batches = value.at("batches").get<std::int64_t>(),
          .rows = value.at("rows").get<std::int64_t>()};
}

json json_of(const EpochRecord& record) {
  return {{"epoch", record.epoch},
          {"lr", record.lr},
          {"steps", record.steps},
          {"train_loss", record.train_loss},
          {"train", json_of(record.train)},
          {"val_loss", json_of(record.val_loss)},
          {"validation", json_of(record.validation)},
          {"pace", json_of(record.pace)},
          {"seconds", record.seconds}};
}

EpochRecord record_from_json(const json& value) {
  EpochRecord record;
  record.epoch = value.at("epoch").get<int>();
  record.lr = value.at("lr").get<double>();
  record.steps = value.at("steps").get<std::int64_t>();
  record.train_loss = value.at("train_loss").get<double>();
  record.train = scores_of(value.at("train"));
  record.val_loss = optional_from_json(value.at("val_loss"));
  record.validation = scores_of(value.at("validation"));
  record.pace = pace_from_json(value.at("pace"));
  record.seconds = value.at("seconds").get<double>();
  return record;
}

json json_of(const std::optional<Showing>& showing) {
  if (!showing) return nullptr;
  return {{"loss", showing->loss}, {"scores", json_of(showing->scores)}, {"roc", json::parse(to_json(showing->roc))}};
}

std::optional<Showing> showing_from_json(const json& value) {
  if (value.is_null()) return std::nullopt;
  return Showing{.loss = value.at("loss").get<double>(),
                 .scores = scores_of(value.at("scores")),
                 .roc = value_or_damaged(roc_from_json(value.at("roc").dump()))};
}

std::string field(const std::optional<double>& value) { return value ? std::format("{}", *value) : ""; }

std::string score_fields(const std::optional<Scores>& scores) {
  if (!scores) return ",,,,,";
  return std::format("{},{},{},{},{},{}", scores->accuracy, field(scores->precision), field(scores->recall),
                     field(scores->f1), field(scores->auc), field(scores->average_precision));
}

}  // namespace

std::string to_csv(const RunHistory& history) {
  std::string csv =
      "epoch,learning_rate,steps,train_loss,train_accuracy,train_precision,train_recall,train_f1,train_auc,"
      "train_average_precision,val_loss,val_accuracy,val_precision,val_recall,val_f1,val_auc,val_average_precision,"
      "clips_per_second,data_ms,step_ms,seconds\n";
  for (const EpochRecord& r : history.epochs) {
    csv += std::format("{},{},{},{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f}\n", r.epoch, r.lr, r.steps, r.train_loss,
                       score_fields(r.train), field(r.val_loss), score_fields(r.validation), r.pace.rows_per_second(),
                       r.pace.data_ms(), r.pace.step_ms(), r.seconds);
  }
  return csv;
}

std::string to_json(const RunHistory& history) {
  json epochs = json::array();
  for (const EpochRecord& record : history.epochs) epochs.push_back(json_of(record));
  return json{{"epochs", std::move(epochs)},
              {"best_epoch", history.best_epoch},
              {"best_value", history.best_value},
              {"stop_reference", history.stop_reference},
              {"epochs_without_better", history.epochs_without_better},
              {"best", json_of(history.best)},
              {"test", json_of(history.test)}}
      .dump();
}

core::Result<RunHistory> history_from_json(std::string_view text) {
  try {
    const json value = json::parse(text);
    RunHistory history;
    for (const json& record : value.at("epochs")) history.epochs.push_back(record_from_json(record));
    history.best_epoch = value.at("best_epoch").get<int>();
    history.best_value = value.at("best_value").get<double>();
    history.stop_reference = value.at("stop_reference").get<double>();
    history.epochs_without_better = value.at("epochs_without_better").get<int>();
    history.best = showing_from_json(value.at("best"));
    history.test = showing_from_json(value.at("test"));
    return history;
  } catch (const json::exception& error) {
    return core::fail(ErrorCode::kUnreadable, std::format("the history of the run is damaged: {}", error.what()));
  } catch (const Damaged& damaged) {
    return std::unexpected(damaged.error.with_context("the history of the run is damaged"));
  }
}

}  // namespace vigil::learn
