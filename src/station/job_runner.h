// JobRunner: works through the uploaded videos that are queued, one after the other: analyses each, and puts its events into
// the repository.
//
//   JobRunner runner(common, uploads, folder);
//   runner.start();
//   runner.wake();                 // something was queued
//   runner.cancel(7);              // the one that runs, or one that is not over yet
//   runner.stop();                 // within seconds
//
// What was running when the program ended is analysed anew; an event that was stored already stays as it is. A video goes
// once the database knows what became of it: where disk or database fail for a while, events and outcome are tried again.
// Callable from any thread, but for start() and stop().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "station/camera_line.h"
#include "station/storing.h"
#include "station/uploads.h"

#include "archive/archive.h"
#include "pipeline/analysis.h"

namespace vigil::station {

class JobRunner {
 public:
  // `common` and `uploads` outlive the runner; `folder` is its own, and empty while nothing is analysed.
  JobRunner(LineCommon& common, Uploads& uploads, std::filesystem::path folder);
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  void start();
  void stop();

  void wake();
  // One that is over stays as it is. Errors: kNotFound, kIo, kTimedOut.
  core::Status cancel(std::int64_t id);

  // Tells all of a job as it is now.
  void tell(std::int64_t id);

 private:
  void work(std::stop_token stop);
  void run(const archive::Job& job, std::stop_token stop);
  core::Result<std::string> work_on(const archive::Job& job, std::stop_token stop);
  core::Result<pipeline::AnalysisRecord> analyse(const archive::Job& job, std::stop_token stop);
  core::Result<pipeline::AnalysisRecord> analyse_once(const archive::Job& job, bool needs_evidence, std::stop_token stop);
  core::Status store(const archive::Job& job, const pipeline::AnalysisRecord& record, std::stop_token stop);
  core::Result<std::int64_t> store(const pipeline::EventRecord& event, const std::filesystem::path& folder,
                                   const pipeline::StoreAs& as, std::stop_token stop);
  void finish(const archive::Job& job, archive::JobState state, const std::string& message, std::stop_token stop);
  std::filesystem::path folder_of(const archive::Job& job) const;

  LineCommon& common_;
  Uploads& uploads_;
  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool queued_ = true;  // at the start nobody knows
  std::optional<std::int64_t> running_;
  bool cancelled_ = false;       // the one that runs
  std::stop_source cancelling_;  // of it
  std::jthread thread_;
};

}  // namespace vigil::station
