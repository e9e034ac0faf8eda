#include "learn/training_logs.h"

#include <utility>

#include "core/atomic_file.h"
#include "learn/confusion_figure.h"
#include "media/image_file.h"

namespace vigil::learn {
namespace {

using core::Result;
using core::Status;

void add_scores(EventLog& events, const std::string& set, std::int64_t epoch, const Scores& scores) {
  events.scalar("accuracy/" + set, epoch, scores.accuracy);
  const auto add = [&](const std::string& name, const std::optional<double>& value) {
    if (value) events.scalar(name + "/" + set, epoch, *value);
  };
  add("precision", scores.precision);
  add("recall", scores.recall);
  add("f1", scores.f1);
  add("auc", scores.auc);
  add("average_precision", scores.average_precision);
}

}  // namespace

TrainingLogs::TrainingLogs(RunFacts facts, std::unique_ptr<EventLog> events)
    : facts_(std::move(facts)), events_(std::move(events)) {}

Result<TrainingLogs> TrainingLogs::open(RunFacts facts, const EventLog::Position* resume_at) {
  if (auto written = core::write_file_atomically(facts.out / "recipe.toml", to_toml(facts.recipe)); !written) {
    return std::unexpected(written.error());
  }
  auto events = resume_at ? EventLog::resume(facts.out, *resume_at) : EventLog::create(facts.out);
  if (!events) return std::unexpected(events.error());
  return TrainingLogs(std::move(facts), std::move(*events));
}

void TrainingLogs::step(std::int64_t step, double loss, double lr) {
  events_->scalar("step/loss", step, loss);
  events_->scalar("step/learning_rate", step, lr);
}

Status TrainingLogs::epoch(const RunHistory& history) {
  const EpochRecord& record = history.epochs.back();
  events_->scalar("learning_rate", record.epoch, record.lr);
  events_->scalar("loss/train", record.epoch, record.train_loss);
  if (record.train) add_scores(*events_, "train", record.epoch, *record.train);
  events_->scalar("time/clips_per_second", record.epoch, record.pace.rows_per_second());
  events_->scalar("time/data_ms", record.epoch, record.pace.data_ms());
  events_->scalar("time/step_ms", record.epoch, record.pace.step_ms());
  if (record.val_loss) events_->scalar("loss/validation", record.epoch, *record.val_loss);
  if (record.validation) add_scores(*events_, "validation", record.epoch, *record.validation);
  if (const auto& scores = record.validation ? record.validation : record.train) {
    if (auto drawn = draw(record, *scores); !drawn) return drawn;
  }
  if (auto written = core::write_file_atomically(facts_.out / "history.json", to_json(history)); !written) return written;
  return core::write_file_atomically(facts_.out / "log.csv", to_csv(history));
}

Status TrainingLogs::draw(const EpochRecord& record, const Scores& scores) {
  const ClassNames names = {.negative = facts_.recipe.data.negative_class, .positive = facts_.recipe.data.positive_class};
  Figure figure = draw_confusion(scores.confusion, names);
  auto png = media::encode_png(figure.rgb, figure.width_px, figure.height_px);
  if (!png) return std::unexpected(png.error());
  events_->image(record.validation ? "confusion/validation" : "confusion/train", record.epoch,
                 {.png = std::move(*png), .width_px = figure.width_px, .height_px = figure.height_px});
  return {};
}

Status TrainingLogs::report(const RunHistory& history, RunState state) const {
  return core::write_file_atomically(facts_.out / "report.html",
                                     training_report({.recipe = facts_.recipe,
                                                      .history = history,
                                                      .state = state,
                                                      .device = facts_.device,
                                                      .parameters = facts_.parameters,
                                                      .train_samples = facts_.train_samples,
                                                      .validation_samples = facts_.validation_samples}));
}

Result<EventLog::Position> TrainingLogs::flush() { return events_->flush(); }

}  // namespace vigil::learn
