#include "cli/exit_code.h"

#include "core/log.h"

namespace vigil::cli {

ExitCode exit_code_of(const core::Error& error) {
  using enum core::ErrorCode;
  switch (error.code) {
    case kInvalidArgument:
    case kConflict: return ExitCode::kWrongUsage;
    case kNotFound:
    case kUnreadable:
    case kTimedOut: return ExitCode::kInputUnreadable;
    case kCancelled: return ExitCode::kInterrupted;
    case kUnsupported:
    case kIo:
    case kInternal: return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

ExitCode report_error(const core::Error& error) {
  if (error.code != core::ErrorCode::kCancelled) core::log_error("{}", error.message);
  return exit_code_of(error);
}

}  // namespace vigil::cli
