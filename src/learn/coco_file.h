// Annotations of one category from COCO's JSON, as they stand in the file; learn/coco_boxes.h and learn/coco_poses.h make
// ground truth of them.
//
//   auto pictures = read_coco_files("coco", "person_keypoints", "person");
//   for (const CocoEntry& picture : *pictures) use(picture.file, picture.annotations);
//
// Files are not trusted. Free of torch. Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/box.h"
#include "core/result.h"

namespace vigil::learn {

struct CocoAnnotation {
  core::Box box;    // pixels
  double area = 0;  // of the outline, px²; 0 where the file does not say
  bool is_crowd = false;
  float score = 1;                // (0, 1]; of a pseudo-label: how sure the teacher was
  std::vector<float> key_points;  // x, y, visibility for each; empty where the file has none
};

struct CocoEntry {
  std::filesystem::path file;  // the picture
  std::vector<CocoAnnotation> annotations;
};

// Files whose NAME begins with "val" or "test" are held out of training.
enum class CocoPart { kAll, kTraining, kHeldOut };

// The annotations/KIND_NAME.json of that part, by name: every picture that each lists, those without annotations too, in its
// order, in the folder NAME. Boxes that are not finite are left out. Errors: kNotFound; kUnreadable (no JSON of that kind,
// an annotation of no picture, or no such category), naming the file.
core::Result<std::vector<CocoEntry>> read_coco_files(const std::filesystem::path& folder, std::string_view kind,
                                                     std::string_view category, CocoPart part = CocoPart::kAll);

}  // namespace vigil::learn
