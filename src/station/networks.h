// Networks: what looks at one stream. A set for each, because none of them may be shared between threads.
#pragma once

#include <functional>
#include <memory>

#include "core/result.h"
#include "pipeline/analysis_options.h"
#include "pipeline/clip_scorer.h"
#include "vision/face_finder.h"
#include "vision/people_finder.h"

namespace vigil::station {

struct Networks {
  std::unique_ptr<pipeline::ClipScorer> scorer;
  std::unique_ptr<vision::PeopleFinder> people;  // null: people are not looked for
  std::unique_ptr<vision::FaceFinder> faces;     // null: faces are not looked for
  pipeline::AnalysisOptions options;             // as fit the scorer; a camera's scene is laid over them
};

// Called on the thread that will use them.
using LoadNetworks = std::function<core::Result<Networks>()>;

}  // namespace vigil::station
