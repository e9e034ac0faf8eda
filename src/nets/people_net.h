// PeopleNet: a network that says of every person in a window how violent they are, and learns it from windows of which only
// the whole is labelled (multiple-instance learning).
//
//   auto net = make_clip_net("violence-person");
//   torch::Tensor people = people_net(**net)->person_logits(rows);   // rows [N, kPersonRow] → [N]
//   torch::Tensor windows = (*net)->forward(bags);                   // bags [B, P, kPersonRow] → [B]
//
// A row is one person: what it is (kSomebody, or kNothing: the rest of a bag is empty), their steps
// (vision/person_sequence.h), and what moves in the part of the picture around them (vision/window_features.h). One row of a
// bag, kEverybody, is the part that holds them all; it has no steps. For nets whose input kind is kPeopleCrops a row is
// kPersonCropRow long: after the steps, in place of what moves, stands what a ResNet-50 says of the picture around the
// person at each step (vision/person_crops.h), and no row is everybody's. By its people a window is as violent as the mean
// of the two most violent: a fight has two, and one mistaken person does not decide. Heads that look at parts of the picture
// learn from the part that holds everybody, of which the window's label is surely true, and judge a single person's part in
// the same way. Windows without people get a learned logit of their own, which says only how common violence was where
// nobody was found.
#pragma once

#include <vector>

#include <torch/nn/module.h>

#include "nets/clip_net.h"
#include "nets/resnet50.h"
#include "nets/violence_clip.h"

namespace vigil::nets {

inline constexpr int kPersonSteps = 16;      // of a window
inline constexpr int kPersonStepSize = 101;  // numbers of one step
inline constexpr int kPersonSequence = kPersonSteps * kPersonStepSize;
inline constexpr int kPersonView = ViolenceClipNet::kFeatures;
inline constexpr int kPersonRow = 1 + kPersonSequence + kPersonView;
inline constexpr int kPersonCrop = Resnet50Impl::kFeatures;  // numbers of one step's picture
inline constexpr int kPersonCrops = kPersonSteps * kPersonCrop;
inline constexpr int kPersonCropRow = 1 + kPersonSequence + kPersonCrops;

// The first number of a row.
inline constexpr float kNothing = 0, kSomebody = 1, kEverybody = 2;

class PeopleNet : public ClipNet {
 public:
  PeopleNet();

  InputKind input_kind() const override { return InputKind::kPeople; }

  // bags: [B, P, row] float32 or half, P ≥ 1. In training mode [B, heads], a logit per head; else [B], their weighted mean.
  torch::Tensor forward(torch::Tensor bags) override;

  // rows: [N, row] float32 → [N], the weighted mean of the heads.
  torch::Tensor person_logits(const torch::Tensor& rows) { return joined(head_logits(rows)); }

  // [N, heads]; each head is trained by itself.
  virtual torch::Tensor head_logits(const torch::Tensor& rows) = 0;

  // Which heads look at parts of the picture, the first one and how many.
  struct Heads {
    std::int64_t first = 0, count = 0;
  };
  virtual Heads part_heads() const { return {}; }

  // What each head counts in the mean; sums to 1. By default all the same.
  virtual std::vector<double> head_weights() const { return {}; }

  // Whether the cut-outs are looked at; where not, they need not be computed and their numbers are ignored.
  virtual bool looks_at_views() const = 0;

  // Called once before training. rows: [N, row] float32 or half, N ≥ 2, of people and of everybody together.
  virtual void set_normalisation(const torch::Tensor& rows) = 0;

  torch::Tensor nobody_logit() const { return nobody_; }

 private:
  torch::Tensor joined(const torch::Tensor& heads) const;  // [N, heads] → [N]

  // Where a bag holds everybody's row, the heads on parts of the picture speak from that one.
  torch::Tensor with_everybody(const torch::Tensor& pooled, const torch::Tensor& rows, const torch::Tensor& kind);

  torch::Tensor nobody_;  // [1]
};

// The parts of rows: [N, kPersonSteps, kPersonStepSize] of any; of [N, kPersonRow] what moves, [N, kPersonView]; of
// [N, kPersonCropRow] the pictures, [N, kPersonSteps, kPersonCrop].
torch::Tensor steps_of(const torch::Tensor& rows);
torch::Tensor views_of(const torch::Tensor& rows);
torch::Tensor crops_of(const torch::Tensor& rows);

}  // namespace vigil::nets
