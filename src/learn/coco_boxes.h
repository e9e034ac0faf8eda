// Boxes of one category from COCO's "instances" JSON: where the pictures lie and what is to be found in them.
//
//   auto pictures = read_coco_folder("coco", "person");
//   for (const CocoPicture& picture : *pictures) use(picture.file, picture.truth);
//
// Free of torch.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "learn/detection_metrics.h"

namespace vigil::learn {

struct CocoPicture {
  std::filesystem::path file;
  std::vector<TruthBox> truth;  // pixels; "iscrowd" marks a crowd, "score" is the weight; boxes without area are left out
};

// Every picture that `json` lists, those without such a box too, in its order; `pictures` is the folder they lie in.
// Errors: kUnreadable (no JSON of that kind, an annotation of no picture, or no such category), naming the file.
core::Result<std::vector<CocoPicture>> read_coco_boxes(const std::filesystem::path& json,
                                                       const std::filesystem::path& pictures, std::string_view category);

// Files whose NAME begins with "val" or "test" are held out of training.
enum class CocoPart { kAll, kTraining, kHeldOut };

// The annotations/instances_NAME.json of that part, by name, with pictures in the folder NAME. Errors: as above, and
// kNotFound.
core::Result<std::vector<CocoPicture>> read_coco_folder(const std::filesystem::path& folder, std::string_view category,
                                                        CocoPart part = CocoPart::kAll);

}  // namespace vigil::learn
