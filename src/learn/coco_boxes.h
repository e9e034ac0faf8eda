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
#include "learn/coco_file.h"
#include "learn/detection_metrics.h"

namespace vigil::learn {

struct CocoPicture {
  std::filesystem::path file;
  std::vector<TruthBox> truth;  // pixels; "iscrowd" marks a crowd, "score" is the weight; boxes without area are left out
};

// The annotations/instances_NAME.json of that part, by name, with pictures in the folder NAME; pictures without such a box
// too. Errors: as read_coco_files.
core::Result<std::vector<CocoPicture>> read_coco_folder(const std::filesystem::path& folder, std::string_view category,
                                                        CocoPart part = CocoPart::kAll);

}  // namespace vigil::learn
