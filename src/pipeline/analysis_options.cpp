#include "pipeline/analysis_options.h"

#include <format>

namespace vigil::pipeline {
namespace {

core::Status check_range(std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return core::fail(core::ErrorCode::kInvalidArgument,
                    std::format("{} = {}: must lie between {} and {}", name, value, low, high));
}

}  // namespace

core::Status AnalysisOptions::validate(core::MediaDuration window) const {
  if (auto valid = detector.validate(); !valid) return valid;
  if (auto valid = check_range("stride", stride.seconds(), 0.04, window.seconds()); !valid) return valid;
  if (auto valid = check_range("smoothing", smoothing.seconds(), 0, 60); !valid) return valid;
  if (auto valid = check_range("pre-roll", pre_roll.seconds(), 0, 600); !valid) return valid;
  if (auto valid = check_range("post-roll", post_roll.seconds(), 0, 600); !valid) return valid;
  if (auto valid = check_range("batch_windows", batch_windows, 1, 256); !valid) return valid;
  if (auto valid = check_range("people-fps", people_fps, 0.1, 240); !valid) return valid;
  if (auto valid = people.validate(); !valid) return valid;
  return check_range("decoder_threads", decoder_threads, 1, 16);
}

}  // namespace vigil::pipeline
