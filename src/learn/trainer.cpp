#include "learn/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "core/check.h"
#include "core/log.h"
#include "core/random.h"
#include "learn/checkpoint.h"
#include "learn/mixed_precision.h"
#include "learn/monitor.h"
#include "learn/optim.h"
#include "learn/training_logs.h"
#include "learn/weight_average.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using Clock = std::chrono::steady_clock;

// Adds the time since it was made to a sum.
class Stopwatch {
 public:
  explicit Stopwatch(double& sum) : sum_(sum) {}
  ~Stopwatch() { sum_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& sum_;
  Clock::time_point start_ = Clock::now();
};

// The network holds the averaged weights for as long as it lives.
class AverageInPlace {
 public:
  explicit AverageInPlace(WeightAverage* average) : average_(average) {
    if (average_) average_->swap();
  }
  ~AverageInPlace() {
    if (average_) average_->swap();
  }
  AverageInPlace(const AverageInPlace&) = delete;
  AverageInPlace& operator=(const AverageInPlace&) = delete;

 private:
  WeightAverage* average_;
};

std::vector<torch::Tensor> trainable(const torch::nn::Module& module) {
  std::vector<torch::Tensor> parameters = module.parameters();
  std::erase_if(parameters, [](const torch::Tensor& parameter) { return !parameter.requires_grad(); });
  return parameters;
}

std::int64_t batches_of(const BatchSource& source, int limit) {
  const std::int64_t all = source.batches_per_epoch();
  return limit > 0 ? std::min<std::int64_t>(limit, all) : all;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('['))
      section = line.substr(1, line.size() - 2) + ".";
    else if (!line.empty())
      lines.push_back(section + line);
  }
  return lines;
}

// What may differ between a run and its continuation: how long it goes on and how data is fetched.
bool may_change(std::string_view line) {
  static const std::set<std::string_view> kFree = {
      "data.workers",       "data.prefetch_batches",      "data.eval_windows", "trainer.min_epochs",
      "trainer.max_epochs", "trainer.limit_test_batches", "trainer.threshold", "trainer.early_stop_patience"};
  return kFree.contains(line.substr(0, line.find(' ')));
}

Status same_recipe(const std::string& then, const std::string& now) {
  const auto before = lines_of(then);
  const auto after = lines_of(now);
  for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    const std::string was = i < before.size() ? before[i] : "(nothing)";
    const std::string is = i < after.size() ? after[i] : "(nothing)";
    if (was != is && !(may_change(was) && may_change(is))) {
      return fail(
          ErrorCode::kInvalidArgument,
          std::format("the run to resume was trained with {}, the recipe now says {}; resume with the recipe.toml of "
                      "the run, or start afresh in another folder",
                      was, is));
    }
  }
  return {};
}

std::string device_text(const torch::Device& device) {
  return device.is_cpu() ? std::format("cpu, {} threads", at::get_num_threads()) : device.str();
}

// Over a batch's rows.
struct BatchLoss {
  torch::Tensor minimised;
  double summed = 0;  // as it is logged
};

}  // namespace

struct Trainer::Impl {
  Impl(Trainee given, Recipe given_recipe, TrainerOptions given_options)
      : trainee(std::move(given)), recipe(std::move(given_recipe)), options(std::move(given_options)) {}

  Result<TrainingOutcome> fit(const TrainingData& data);

  // The parts of fit(), in order.
  Status prepare(const TrainingData& data);
  Status make_fresh();
  Status train_epoch(BatchSource& source);
  Status train_batch(const Batch& batch);
  BatchLoss loss_of(const Batch& batch);
  BatchLoss classification_loss(const Batch& batch);
  Status step_optimizer();
  Status finish_epoch(const TrainingData& data);
  Result<TrainingOutcome> finish(const TrainingData& data);

  Status validate(BatchSource& source, EpochRecord& record, Showing& showing);
  Result<Predictions> show(BatchSource& source, int limit);
  Status save(const fs::path& path);
  Status save_when_due();
  Status interrupted();
  void report_progress();
  std::unexpected<core::Error> not_finite(const Batch& batch, double loss) const;
  TrainingParts parts() {
    return {.module = *trainee.module, .optimizer = *optimizer, .average = average.get(), .device = options.device};
  }
  fs::path last() const { return options.out / "last.ckpt"; }
  fs::path best() const { return options.out / "best.ckpt"; }

  Trainee trainee;
  Recipe recipe;
  TrainerOptions options;
  std::optional<torch::Dtype> narrow = {};
  std::vector<torch::Tensor> parameters = {};
  std::unique_ptr<torch::optim::Optimizer> optimizer = {};
  std::unique_ptr<WeightAverage> average = {};
  GradScaler scaler{false};
  torch::Tensor pos_weight = {};
  std::optional<TrainingLogs> logs = {};
  TrainingPosition position = {};
  std::int64_t batches = 0;  // per epoch
  double lr = 0;             // of this epoch
  double last_loss = 0;      // mean of the newest batch
  Clock::time_point last_save = Clock::now();
};

Status Trainer::Impl::prepare(const TrainingData& data) {
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error) return fail(ErrorCode::kIo, std::format("cannot make {}: {}", options.out.string(), error.message()));
  batches = batches_of(data.train, recipe.trainer.limit_train_batches);
  if (batches == 0) return fail(ErrorCode::kUnreadable, "there is nothing to train on: the training set is empty");

  trainee.module->to(options.device);
  trainee.module->train();
  parameters = trainable(*trainee.module);
  narrow = nn::autocast_type(recipe.trainer.precision, options.device);
  optimizer = make_optimizer(recipe.optimizer, parameters);
  if (recipe.trainer.ema_decay > 0) average = std::make_unique<WeightAverage>(*trainee.module, recipe.trainer.ema_decay);
  scaler = GradScaler(narrow == torch::kFloat16);
  pos_weight = torch::full({1}, recipe.loss.pos_weight, torch::TensorOptions().device(options.device));

  const bool resuming = options.resume && fs::exists(last());
  if (resuming) {
    auto found = load_checkpoint(last(), parts());
    if (!found) return std::unexpected(found.error());
    if (auto same = same_recipe(found->recipe, to_toml(recipe)); !same) return same;
    position = std::move(*found);
    scaler.set_state(position.scaler);
  } else if (auto fresh = make_fresh(); !fresh) {
    return fresh;
  }
  position.recipe = to_toml(recipe);
  const EventLog::Position written = {.file = position.event_file, .bytes = position.event_bytes};
  std::int64_t size = 0;
  for (const torch::Tensor& parameter : trainee.module->parameters()) size += parameter.numel();
  auto opened =
      TrainingLogs::open({.out = options.out,
                          .recipe = recipe,
                          .device = options.device_name.empty() ? device_text(options.device) : options.device_name,
                          .parameters = size,
                          .train_samples = data.train.samples(),
                          .validation_samples = data.validation ? data.validation->samples() : 0},
                         resuming ? &written : nullptr);
  if (!opened) return std::unexpected(opened.error());
  logs = std::move(*opened);
  return {};
}

Status Trainer::Impl::make_fresh() {
  if (fs::exists(last()) && !options.overwrite) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("{} holds a training run: go on with --resume, replace it with --overwrite, or choose another folder",
                    options.out.string()));
  }
  std::error_code error;
  fs::remove(last(), error);
  fs::remove(best(), error);
  for (const auto& entry : fs::directory_iterator(options.out, error)) {
    if (entry.path().filename().string().starts_with("events.out.tfevents.")) fs::remove(entry.path(), error);
  }
  // Apart from the stream that drew the initial weights with the same seed.
  torch::manual_seed(core::make_rng({static_cast<std::uint64_t>(recipe.trainer.seed), 0x747261696eULL})());
  return {};
}

Status Trainer::Impl::train_epoch(BatchSource& source) {
  lr = learning_rate(recipe.schedule, recipe.optimizer.lr, position.epoch);
  set_learning_rate(*optimizer, lr);
  source.start_epoch(position.epoch, position.batch);
  while (position.batch < batches) {
    if (options.stop.stop_requested()) return interrupted();
    Result<std::optional<Batch>> batch;
    {
      const Stopwatch data_time(position.pace.data_seconds);
      batch = source.next();
    }
    if (!batch) return std::unexpected(batch.error());
    if (!*batch) break;
    if (auto trained = train_batch(**batch); !trained) return trained;
    position.batch += 1;
    report_progress();
    if (auto saved = save_when_due(); !saved) return saved;
  }
  if (position.group_rows > 0) return step_optimizer();
  return {};
}

BatchLoss Trainer::Impl::loss_of(const Batch& batch) {
  if (!trainee.loss) return classification_loss(batch);
  const AutocastScope autocast(options.device, narrow);
  torch::Tensor loss = trainee.loss(batch.inputs.to(options.device), batch.labels.to(options.device), position.epoch);
  const auto value = loss.item<double>();
  return {.minimised = std::move(loss), .summed = value};
}

BatchLoss Trainer::Impl::classification_loss(const Batch& batch) {
  const torch::Tensor labels = batch.labels.to(options.device, torch::kFloat32);
  torch::Tensor logits;
  {
    const AutocastScope autocast(options.device, narrow);
    logits = trainee.logits(batch.inputs.to(options.device));
  }
  // [rows, heads]: every head of a net is held against the label by itself.
  logits = logits.to(torch::kFloat32).reshape({labels.numel(), -1});
  const double smoothing = recipe.loss.label_smoothing;
  const torch::Tensor targets = (labels * (1 - smoothing) + smoothing / 2).unsqueeze(1).expand_as(logits);
  torch::Tensor loss = torch::binary_cross_entropy_with_logits(logits, targets, {}, pos_weight, torch::Reduction::Sum);
  const torch::Tensor probabilities = logits.detach().mean(1).to(torch::kCPU, torch::kFloat64).sigmoid();
  const torch::Tensor truth = labels.to(torch::kCPU);
  for (std::int64_t i = 0; i < labels.numel(); ++i) {
    position.probabilities.push_back(probabilities.const_data_ptr<double>()[i]);
    position.labels.push_back(truth.const_data_ptr<float>()[i] >= 0.5F ? 1 : 0);
  }
  const double summed = loss.item<double>() / static_cast<double>(logits.size(1));
  return {.minimised = std::move(loss), .summed = summed};
}

Status Trainer::Impl::train_batch(const Batch& batch) {
  const Stopwatch step_time(position.pace.step_seconds);
  const auto [loss, summed] = loss_of(batch);
  const std::int64_t rows = batch.inputs.size(0);
  if (!std::isfinite(summed)) return not_finite(batch, summed);
  const double nominal = static_cast<double>(recipe.trainer.batch_size) * recipe.trainer.accumulate_batches;
  scaler.scale(loss / nominal).backward();

  position.epoch_loss += summed;
  position.group_loss += summed;
  position.group_rows += rows;
  position.group_batches += 1;
  position.pace.batches += 1;
  position.pace.rows += rows;
  Status status;
  if (position.group_batches == recipe.trainer.accumulate_batches) status = step_optimizer();
  last_loss = summed / static_cast<double>(rows);
  return status;
}

Status Trainer::Impl::step_optimizer() {
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : parameters) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  const bool finite = scaler.unscale(gradients);
  // The gradient of the mean over the clips that are really there: the last group, or a batch, may be incomplete.
  const std::int64_t nominal = static_cast<std::int64_t>(recipe.trainer.batch_size) * recipe.trainer.accumulate_batches;
  if (position.group_rows != nominal) {
    for (torch::Tensor& gradient : gradients) {
      gradient.mul_(static_cast<double>(nominal) / static_cast<double>(position.group_rows));
    }
  }
  if (finite) {
    if (recipe.trainer.gradient_clip_norm > 0) {
      torch::nn::utils::clip_grad_norm_(parameters, recipe.trainer.gradient_clip_norm);
    }
    optimizer->step();
    if (average) average->update();
    position.steps += 1;
    logs->step(position.steps, position.group_loss / static_cast<double>(position.group_rows), lr);
  }
  scaler.update();
  optimizer->zero_grad();
  position.group_batches = 0;
  position.group_rows = 0;
  position.group_loss = 0;
  return {};
}

Result<Predictions> Trainer::Impl::show(BatchSource& source, int limit) {
  return predict(
      trainee, source,
      {.device = options.device, .precision = recipe.trainer.precision, .limit_batches = limit, .stop = options.stop});
}

Status Trainer::Impl::validate(BatchSource& source, EpochRecord& record, Showing& showing) {
  const AverageInPlace averaged(average.get());
  auto shown = show(source, recipe.trainer.limit_val_batches);
  if (!shown) return std::unexpected(shown.error().with_context("validation"));
  auto scores = measure(shown->probabilities, shown->labels, recipe.trainer.threshold);
  if (!scores) return std::unexpected(scores.error().with_context("validation"));
  record.val_loss = shown->loss;
  record.validation = *scores;
  showing = {.loss = shown->loss, .scores = *scores, .roc = roc_curve(shown->probabilities, shown->labels)};
  return {};
}

Status Trainer::Impl::finish_epoch(const TrainingData& data) {
  if (position.pace.rows == 0)
    return fail(ErrorCode::kUnreadable, "there is nothing to train on: the training set is empty");
  EpochRecord record;
  record.epoch = position.epoch;
  record.lr = lr;
  record.steps = position.steps;
  record.train_loss = position.epoch_loss / static_cast<double>(position.pace.rows);
  Showing showing = {.loss = record.train_loss, .scores = {}, .roc = {}};
  if (!trainee.loss) {
    auto train = measure(position.probabilities, position.labels, recipe.trainer.threshold);
    if (!train) return std::unexpected(train.error().with_context("training"));
    record.train = showing.scores = *train;
    showing.roc = roc_curve(position.probabilities, position.labels);
  }
  double validation_seconds = 0;
  if (data.validation) {
    const Stopwatch time(validation_seconds);
    if (auto valid = validate(*data.validation, record, showing); !valid) {
      return valid.error().code == ErrorCode::kCancelled ? interrupted() : valid;
    }
  }
  record.pace = position.pace;
  record.seconds = position.pace.data_seconds + position.pace.step_seconds + validation_seconds;

  RunHistory& history = position.history;
  history.epochs.push_back(std::move(record));
  const auto better = note_epoch(recipe.trainer, history);
  if (!better) return std::unexpected(better.error());
  if (*better) history.best = std::move(showing);
  position.epoch += 1;
  position.batch = 0;
  position.epoch_loss = 0;
  position.probabilities.clear();
  position.labels.clear();
  position.pace = {};

  if (auto logged = logs->epoch(history); !logged) return logged;
  if (*better) {
    if (options.save_weights) {
      const AverageInPlace averaged(average.get());
      if (auto saved = options.save_weights(history.best_epoch); !saved) return saved;
    }
    if (auto saved = save(best()); !saved) return saved;
  }
  if (auto saved = save(last()); !saved) return saved;
  return logs->report(history, RunState::kRunning);
}

Result<TrainingOutcome> Trainer::Impl::finish(const TrainingData& data) {
  if (auto loaded = load_checkpoint_weights(best(), *trainee.module); !loaded) return std::unexpected(loaded.error());
  RunHistory& history = position.history;
  if (data.test) {
    auto shown = show(*data.test, recipe.trainer.limit_test_batches);
    if (!shown) {
      if (auto written = logs->report(history, RunState::kInterrupted); !written) return std::unexpected(written.error());
      return std::unexpected(shown.error().with_context("test"));
    }
    auto scores = measure(shown->probabilities, shown->labels, recipe.trainer.threshold);
    if (!scores) return std::unexpected(scores.error().with_context("test"));
    history.test = {.loss = shown->loss, .scores = *scores, .roc = roc_curve(shown->probabilities, shown->labels)};
  }
  const bool early = std::cmp_less(history.epochs.size(), recipe.trainer.max_epochs);
  if (auto written = logs->report(history, early ? RunState::kStoppedEarly : RunState::kFinished); !written) {
    return std::unexpected(written.error());
  }
  TrainingOutcome outcome = {.epochs = static_cast<int>(history.epochs.size()),
                             .steps = position.steps,
                             .best_epoch = history.best_epoch,
                             .best_value = history.best_value,
                             .stopped_early = early,
                             .best_loss = history.best->loss,
                             .best = history.best->scores};
  if (history.test) {
    outcome.test_loss = history.test->loss;
    outcome.test = history.test->scores;
  }
  return outcome;
}

Status Trainer::Impl::save(const fs::path& path) {
  auto written = logs->flush();
  if (!written) return std::unexpected(written.error());
  position.event_file = written->file;
  position.event_bytes = written->bytes;
  position.scaler = scaler.state();
  last_save = Clock::now();
  return save_checkpoint(path, position, parts());
}

Status Trainer::Impl::save_when_due() {
  const std::int64_t done = position.epoch * batches + position.batch;
  const bool by_count = options.checkpoint_batches > 0 && done % options.checkpoint_batches == 0;
  const bool by_time = options.checkpoint_minutes > 0 &&
                       Clock::now() - last_save > std::chrono::duration<double>(60 * options.checkpoint_minutes);
  if (!by_count && !by_time) return {};
  return save(last());
}

Status Trainer::Impl::interrupted() {
  if (auto saved = save(last()); !saved) return saved;
  if (auto written = logs->report(position.history, RunState::kInterrupted); !written) return written;
  return fail(ErrorCode::kCancelled,
              std::format("training was stopped in epoch {} of {} after {} of {} batches; the state is in "
                          "{}: train with --resume to go on",
                          position.epoch + 1, recipe.trainer.max_epochs, position.batch, batches, last().string()));
}

void Trainer::Impl::report_progress() {
  if (!options.progress) return;
  const Pace& pace = position.pace;
  options.progress(
      {.done = static_cast<double>(position.epoch * batches + position.batch),
       .total = static_cast<double>(recipe.trainer.max_epochs * batches),
       .unit = "batches",
       .note = std::format("epoch {}/{}, loss {:.3f}, {:.1f}/s, data {:.0f} ms, step {:.0f} ms", position.epoch + 1,
                           recipe.trainer.max_epochs, last_loss, pace.rows_per_second(), pace.data_ms(), pace.step_ms())});
}

std::unexpected<core::Error> Trainer::Impl::not_finite(const Batch& batch, double loss) const {
  const bool bad_input = !torch::isfinite(batch.inputs).all().item<bool>();
  const std::string where = std::format("the loss is {} in epoch {}, batch {}, step {}", loss, position.epoch + 1,
                                        position.batch + 1, position.steps + 1);
  if (bad_input) {
    return fail(ErrorCode::kInternal,
                std::format("{}: the batch itself holds values that are not finite (samples {} …); check "
                            "these clips and transform.std",
                            where, batch.samples.empty() ? -1 : batch.samples.front()));
  }
  return fail(ErrorCode::kInternal,
              std::format("{}: training diverged; lower optimizer.lr (now {}), set trainer.gradient_clip_norm (now {}), add "
                          "schedule.warmup_epochs, or train with trainer.precision = \"32\"",
                          where, lr, recipe.trainer.gradient_clip_norm));
}

Result<TrainingOutcome> Trainer::Impl::fit(const TrainingData& data) {
  VIGIL_CHECK(!trainee.loss || (!data.validation && !data.test), "only classifiers are validated and tested");
  if (auto ready = prepare(data); !ready) return std::unexpected(ready.error());
  while (position.epoch < recipe.trainer.max_epochs && !should_stop(recipe.trainer, position.history)) {
    if (auto trained = train_epoch(data.train); !trained) return std::unexpected(trained.error());
    if (auto done = finish_epoch(data); !done) return std::unexpected(done.error());
  }
  return finish(data);
}

Trainer::Trainer(Trainee trainee, Recipe recipe, TrainerOptions options)
    : impl_(std::make_unique<Impl>(std::move(trainee), std::move(recipe), std::move(options))) {}

Trainer::~Trainer() = default;

Result<TrainingOutcome> Trainer::fit(const TrainingData& data) {
  try {
    return impl_->fit(data);
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kInternal, std::format("torch failed while training: {}", error.what_without_backtrace()));
  } catch (const fs::filesystem_error& error) {
    return fail(ErrorCode::kIo, error.what());
  }
}

}  // namespace vigil::learn
