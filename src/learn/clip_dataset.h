// ClipDataset: a folder (or CSV file) of labelled clips, as ClipSets.
//
//   auto dataset = open_dataset("data/surveillance-fights");
//   if (dataset->split) train_on(dataset->split->train);
//
// Three shapes are understood, looked for in this order:
//   DIR/clips.csv (or a .csv file itself): columns file, label and, if there, group; in any order. `file` is relative to the
//   CSV DIR/Train, DIR/Validation, DIR/Test, each with class folders DIR with class folders
// A class folder or label reads as violent: fight, violence, violent, 1, or the recipe's positive class; as not:
// noFight, nonviolence, normal, 0, or the negative class. Letter case, spaces, '-' and '_' do not count. Without a group
// column every file is a group of its own. Files in folders are taken in the order of their names, those that end like a
// video.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/result.h"
#include "learn/clip_set.h"

namespace vigil::learn {

struct DatasetOptions {
  std::string positive_class = "violence";
  std::string negative_class = "non-violence";
};

struct DatasetSplit {
  ClipSet train;
  ClipSet validation;  // may be empty
  ClipSet test;        // may be empty
};

struct ClipDataset {
  std::filesystem::path root;
  ClipSet all;
  std::optional<DatasetSplit> split;  // where the folder itself says which clips are for what
};

// Only looks for the files; none is opened. Errors: kNotFound (no such folder), kUnreadable (no clips; a class or label that
// is not known; a listed file that is missing or listed twice; broken CSV), naming file and line.
core::Result<ClipDataset> open_dataset(const std::filesystem::path& path, const DatasetOptions& options = {});

// 1, 0, or nothing for a word that is neither.
std::optional<int> label_of(const std::string& word, const DatasetOptions& options = {});

}  // namespace vigil::learn
