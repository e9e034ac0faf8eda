// ExitCode: what the `vigil` program ends with; a stable contract for scripts.
#pragma once

#include "core/result.h"

namespace vigil::cli {

enum class ExitCode {
  kDone = 0,
  kFailed = 1,           // something on this machine went wrong: disk full, no permission, a bug
  kWrongUsage = 2,       // the command line cannot be followed
  kInputUnreadable = 3,  // a file or URL that was named does not exist, does not answer or is not what it should be
  kInterrupted = 130,    // Ctrl-C or SIGTERM; what was finished is kept
};

// kInvalidArgument, kConflict → kWrongUsage; kNotFound, kUnreadable, kTimedOut → kInputUnreadable; kCancelled →
// kInterrupted; else kFailed.
ExitCode exit_code_of(const core::Error& error);

// One sentence on standard error, "error: <message>", and the exit code that goes with it. A cancelled command says nothing
// more than the interrupt handler already did.
ExitCode report_error(const core::Error& error);

}  // namespace vigil::cli
