// pull: brings the files of a model of the catalogue into the folder of models; check_installed: are they those of the
// catalogue?
//
//   auto pulled = pull(*model, {.folder = models, .mirror = "/media/usb/models"}, progress, stop);
//
// A file gets its name only once its SHA-256 is that of the catalogue, and is on the disk by then; a reader never sees half
// of one. What was cut off is gone on with at the next call; a connection that breaks is tried again a few times. Files that
// are right already are left as they are. One call at a time for a folder: others wait for it.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "models/catalog.h"

#include "core/progress.h"
#include "core/result.h"

namespace vigil::models {

struct PullOptions {
  std::filesystem::path folder;  // made where it is missing
  std::string mirror = {};  // a folder, or the URL of one, that holds the files by their upstream names; empty: upstream
};

// Errors: kNotFound (mirror or upstream have no such file), kUnreadable (what came is another file), kTimedOut, kCancelled,
// kIo.
core::Status pull(const CatalogModel& model, const PullOptions& options, const core::ProgressSink& progress,
                  std::stop_token stop);

enum class FileState { kMissing, kRight, kWrong };

struct InstalledFile {
  std::filesystem::path path;
  FileState state = FileState::kMissing;
};

// In the order of model.files. Reads them whole. Errors: kIo.
core::Result<std::vector<InstalledFile>> check_installed(const CatalogModel& model, const std::filesystem::path& folder);

// Whether all files are there with the right sizes; reads none.
bool is_installed(const CatalogModel& model, const std::filesystem::path& folder);

}  // namespace vigil::models
