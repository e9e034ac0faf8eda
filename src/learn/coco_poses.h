// People with key points from COCO's "person_keypoints" JSON: where the pictures lie and whose poses are to be found in
// them.
//
//   auto pictures = read_coco_poses("coco");
//   for (const CocoPosePicture& picture : *pictures) use(picture.file, picture.truth);
//
// Free of torch.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "learn/coco_file.h"
#include "learn/pose_metrics.h"

namespace vigil::learn {

struct CocoPosePicture {
  std::filesystem::path file;
  std::vector<TruthPose> truth;  // "iscrowd" marks a crowd; a person without labelled key points is ignored
};

// The annotations/person_keypoints_NAME.json of that part, by name, with pictures in the folder NAME; pictures without
// people too. Errors: as read_coco_files (learn/coco_file.h), and kUnreadable for another number of key points than 17,
// naming the picture.
core::Result<std::vector<CocoPosePicture>> read_coco_poses(const std::filesystem::path& folder,
                                                           CocoPart part = CocoPart::kAll);

}  // namespace vigil::learn
