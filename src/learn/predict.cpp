#include "learn/predict.h"

#include <chrono>
#include <cmath>
#include <format>
#include <unordered_map>

#include <torch/torch.h>

#include "learn/mixed_precision.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Evaluation mode for as long as it lives.
class EvaluationMode {
 public:
  explicit EvaluationMode(torch::nn::Module& module) : module_(module), was_training_(module.is_training()) {
    module.eval();
  }
  ~EvaluationMode() { module_.train(was_training_); }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  torch::nn::Module& module_;
  bool was_training_;
};

// Sums the windows of each sample.
class Collector {
 public:
  core::Status add(const Batch& batch, const torch::Tensor& logits) {
    const torch::Tensor values = logits.to(torch::kCPU, torch::kFloat64).contiguous();
    const torch::Tensor labels = batch.labels.to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* logit = values.const_data_ptr<double>();
    const auto* label = labels.const_data_ptr<float>();
    for (std::int64_t row = 0; row < values.numel(); ++row) {
      const std::int64_t sample = batch.samples[static_cast<std::size_t>(row)];
      if (!std::isfinite(logit[row])) {
        return fail(ErrorCode::kInternal,
                    std::format("the network gives {} for sample {}; its weights or this input are not "
                                "finite: train with a lower optimizer.lr or trainer.precision = \"32\"",
                                logit[row], sample));
      }
      add_row(sample, logit[row], label[row] >= 0.5F ? 1 : 0);
    }
    return {};
  }

  Predictions finish(Pace pace) {
    for (std::size_t i = 0; i < windows_.size(); ++i) found_.probabilities[i] /= static_cast<double>(windows_[i]);
    found_.loss = loss_ / static_cast<double>(pace.rows);
    found_.pace = pace;
    return std::move(found_);
  }

 private:
  void add_row(std::int64_t sample, double logit, int label) {
    const auto [place, is_new] = places_.try_emplace(sample, windows_.size());
    if (is_new) {
      found_.samples.push_back(sample);
      found_.labels.push_back(label);
      found_.probabilities.push_back(0);
      windows_.push_back(0);
    }
    found_.probabilities[place->second] += 1 / (1 + std::exp(-logit));
    windows_[place->second] += 1;
    loss_ += std::max(logit, 0.0) - logit * label + std::log1p(std::exp(-std::abs(logit)));
  }

  Predictions found_;
  std::vector<std::int64_t> windows_;
  std::unordered_map<std::int64_t, std::size_t> places_;
  double loss_ = 0;
};

Result<Predictions> run(const Trainee& trainee, BatchSource& source, const PredictOptions& options) {
  const torch::NoGradGuard no_grad;
  const EvaluationMode evaluation(*trainee.module);
  const auto narrow = nn::autocast_type(options.precision, options.device);
  const std::int64_t all = source.batches_per_epoch();
  const std::int64_t limit = options.limit_batches > 0 ? std::min(options.limit_batches, all) : all;
  Collector collector;
  Pace pace;
  source.start_epoch(options.epoch);
  while (pace.batches < limit) {
    if (options.stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped while predicting");
    const auto asked = Clock::now();
    auto batch = source.next();
    pace.data_seconds += seconds_since(asked);
    if (!batch) return std::unexpected(batch.error());
    if (!*batch) break;
    const auto started = Clock::now();
    torch::Tensor logits;
    {
      const AutocastScope autocast(options.device, narrow);
      logits = trainee.logits((*batch)->inputs.to(options.device)).flatten();
    }
    if (auto added = collector.add(**batch, logits); !added) return std::unexpected(added.error());
    pace.step_seconds += seconds_since(started);
    pace.batches += 1;
    pace.rows += logits.numel();
    if (options.progress) {
      options.progress({.done = static_cast<double>(pace.batches),
                        .total = static_cast<double>(limit),
                        .unit = "batches",
                        .note = std::format("{:.1f} clips/s", pace.rows_per_second())});
    }
  }
  if (pace.rows == 0) return fail(ErrorCode::kUnreadable, "there are no samples to predict: the data set is empty");
  return collector.finish(pace);
}

}  // namespace

Result<Predictions> predict(const Trainee& trainee, BatchSource& source, const PredictOptions& options) {
  try {
    return run(trainee, source, options);
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kInternal, std::format("torch failed while predicting: {}", error.what_without_backtrace()));
  }
}

}  // namespace vigil::learn
