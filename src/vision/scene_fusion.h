// SceneFusion: one calibrated probability out of what two networks say: one of the whole picture, one of each person in it.
//
//   const double scene = fusion.scene(clip_logit, pooled_person_logit);
//   const double person = fusion.person(scene, pooled_person_logit, person_logit);
//
// A logistic regression on the two logits (Platt scaling of both at once); where nobody is, one on the clip's alone. Its
// five numbers are fitted on clips that neither network was trained on (learn/scene_fusion_fitting.h), so that 0.8 means
// that eight in ten such windows are violent. They travel in the metadata of the weights for people. Plain value.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/result.h"

namespace vigil::vision {

// The fused probability at which an event opens. Higher than that of a verdict on a clip: long videos have many moments in
// which something may look like violence, and a fight has many in which to be found (decision 16 has the figures).
inline constexpr double kEventThreshold = 0.6;

struct SceneFusion {
  double clip = 0.5;    // weight of the clip's logit where there are people
  double people = 0.5;  // weight of the people's
  double bias = 0;
  double clip_alone = 1;  // weight of the clip's logit where nobody is
  double bias_alone = 0;

  // Probabilities in [0, 1]. `people`: the pooled logit of the people; nothing: nobody is there.
  double scene(double clip_logit, std::optional<double> people_logit) const;

  // Somebody is as violent as the scene, or less by as much as their own logit lies below that of the people together;
  // nobody is more violent than what happens. The difference counts as much as both networks' logits together: labels are of
  // scenes, so nothing can be fitted to people. `scene`: a probability in [0, 1].
  double person(double scene, double people_logit, double person_logit) const;
};

// Fields "fusion.clip", … of a weights file's metadata.
void to_metadata(const SceneFusion& fusion, std::map<std::string, std::string>& metadata);

// Errors: kUnreadable (a field that is missing or no finite number), naming it.
core::Result<SceneFusion> fusion_from_metadata(const std::map<std::string, std::string>& metadata);

}  // namespace vigil::vision
