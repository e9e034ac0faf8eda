// ClipSet: labelled clips by number; what folds choose from and loaders read. Views on it are ClipSets again.
//
//   ClipSet all = dataset.all;
//   ClipSet train = all.subset(fold.train).repeat(3);
//   const ClipItem& clip = train.get(7);
//
// Immutable and cheap to copy: views share the clips. Safe from any thread. Free of torch.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace vigil::learn {

struct ClipItem {
  std::filesystem::path path;  // where the file lies
  std::string name;            // as the data set calls it: relative to its folder
  int label = 0;               // 1: violence
  std::string group;           // clips of one source; never split between training and measuring
  std::string origin;          // where it is listed, for messages: "clips.csv:12"; empty when found in a folder
};

class ClipSet {
 public:
  ClipSet() = default;
  explicit ClipSet(std::vector<ClipItem> items);

  std::size_t size() const { return indices_.size(); }
  bool empty() const { return indices_.empty(); }
  const ClipItem& get(std::size_t index) const;  // requires index < size()

  std::size_t count_of(int label) const;

  // The clips at `indices`, in that order; an index may come twice. Requires each below size().
  ClipSet subset(std::span<const std::size_t> indices) const;

  // All clips `times` over, one pass after the other. Requires times >= 0.
  ClipSet repeat(int times) const;

 private:
  std::shared_ptr<const std::vector<ClipItem>> items_;
  std::vector<std::size_t> indices_;
};

// First `a`, then `b`.
ClipSet concatenate(const ClipSet& a, const ClipSet& b);

}  // namespace vigil::learn
