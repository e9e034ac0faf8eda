// Networks that judge people: the document's layers, how people speak for a window, and learning from whole windows only.
#include "nets/people_net.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nets/seed_track_lstm.h"
#include "nets/violence_person.h"

namespace vigil::nets {
namespace {

using torch::Tensor;

// Says of a row its first step's first number; two heads, the second on parts of the picture says its view's first number.
class EchoNet : public PeopleNet {
 public:
  Tensor head_logits(const Tensor& rows) override {
    return torch::stack({steps_of(rows).select(1, 0).select(1, 0), views_of(rows).select(1, 0)}, 1);
  }
  bool looks_at_views() const override { return true; }
  Heads part_heads() const override { return {.first = 1, .count = 1}; }
  void set_normalisation(const Tensor&) override {}
};

Tensor row(float kind, float step = 0, float view = 0) {
  Tensor out = torch::zeros({kPersonRow});
  out[0] = kind;
  out[1] = step;
  out[1 + kPersonSequence] = view;
  return out;
}

Tensor bag(std::vector<Tensor> rows) {
  while (rows.size() < 5) rows.push_back(row(kNothing, 99, 99));
  return torch::stack(rows).unsqueeze(0);
}

TEST(PeopleNet, the_two_most_violent_speak_for_a_window_and_everybody_for_the_parts) {
  EchoNet net;
  const Tensor window = bag({row(kEverybody, 50, 7), row(kSomebody, 1, 20), row(kSomebody, 4, 30), row(kSomebody, 2, 40)});
  net.train();
  const Tensor heads = net.forward(window);
  EXPECT_EQ(heads[0][0].item<float>(), 3) << "the mean of 4 and 2";
  EXPECT_EQ(heads[0][1].item<float>(), 7) << "of everybody's row";
  net.eval();
  EXPECT_EQ(net.forward(window)[0].item<float>(), 5) << "the mean of the heads";
}

TEST(PeopleNet, one_person_speaks_alone_and_nobody_has_a_logit_of_its_own) {
  EchoNet net;
  net.eval();
  EXPECT_EQ(net.forward(bag({row(kSomebody, 4, 2)}))[0].item<float>(), 3);
  const Tensor both = net.forward(torch::cat({bag({}), bag({row(kSomebody, 4, 2)})}));
  EXPECT_EQ(both[0].item<float>(), net.nobody_logit()[0].item<float>());
  EXPECT_EQ(both[1].item<float>(), 3);
}

TEST(PeopleNet, windows_do_not_influence_each_other) {
  torch::manual_seed(3);
  ViolencePerson net;
  net.eval();
  std::vector<Tensor> windows;
  for (int i = 0; i < 4; ++i) {
    Tensor window = torch::randn({1, 4, kPersonRow});
    window.select(2, 0).fill_(kSomebody);
    window[0][0][0] = kEverybody;
    if (i == 2) window.select(2, 0).fill_(kNothing);
    windows.push_back(window);
  }
  const Tensor together = net.forward(torch::cat(windows));
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(together[i].item<double>(), net.forward(windows[static_cast<std::size_t>(i)])[0].item<double>(), 1e-5);
  }
}

TEST(SeedTrackLstm, has_the_documents_dense_layers_with_xavier_uniform_weights) {
  torch::manual_seed(1);
  SeedTrackLstm net(SeedTrackInput::kSteps);
  const auto parameters = net.named_parameters();
  EXPECT_EQ(parameters["fc1.weight"].size(0), 2048);
  EXPECT_EQ(parameters["fc2.weight"].sizes(), (torch::IntArrayRef{1024, 2048}));
  EXPECT_EQ(parameters["fc3.weight"].sizes(), (torch::IntArrayRef{2, 1024}));
  const double bound = std::sqrt(6.0 / (2048 + 1024));
  const Tensor weight = parameters["fc2.weight"];
  EXPECT_LE(weight.abs().max().item<double>(), bound);
  EXPECT_NEAR(weight.std().item<double>(), bound / std::sqrt(3.0), bound / 100) << "uniform";
  EXPECT_EQ(parameters["fc2.bias"].abs().max().item<double>(), 0);
}

TEST(SeedTrackLstm, appearance_counts_only_where_it_is_switched_on) {
  for (const bool appearance : {false, true}) {
    torch::manual_seed(1);
    SeedTrackLstm net(appearance ? SeedTrackInput::kStepsAndViews : SeedTrackInput::kSteps);
    net.eval();
    Tensor rows = torch::randn({2, kPersonRow});
    rows[1].copy_(rows[0]);
    rows[1].narrow(0, 1 + kPersonSequence, kPersonView).add_(1);
    const Tensor logits = net.person_logits(rows);
    EXPECT_EQ(logits[0].item<float>() == logits[1].item<float>(), !appearance);
  }
}

TEST(SeedTrackLstm, pictures_of_people_count_at_every_step_where_they_are_shown) {
  torch::manual_seed(1);
  SeedTrackLstm net(SeedTrackInput::kStepsAndCrops);
  net.eval();
  EXPECT_EQ(net.input_kind(), InputKind::kPeopleCrops);
  Tensor rows = torch::rand({1, kPersonCropRow}).repeat({3, 1});
  crops_of(rows)[1][0].add_(1);
  crops_of(rows)[2][kPersonSteps - 1].add_(1);
  const Tensor logits = net.person_logits(rows);
  EXPECT_NE(logits[0].item<float>(), logits[1].item<float>());
  EXPECT_NE(logits[0].item<float>(), logits[2].item<float>());
}

TEST(SeedTrackLstm, pictures_in_half_precision_give_nearly_the_same) {
  torch::manual_seed(1);
  SeedTrackLstm net(SeedTrackInput::kStepsAndCrops);
  Tensor bags = torch::rand({3, 4, kPersonCropRow});
  bags.select(2, 0).fill_(kNothing);
  bags.narrow(0, 0, 2).narrow(1, 0, 3).select(2, 0).fill_(kSomebody);
  net.set_normalisation(bags.narrow(0, 0, 2).narrow(1, 0, 3).reshape({-1, kPersonCropRow}).to(torch::kFloat16));
  net.eval();
  const Tensor exact = net.forward(bags);
  const Tensor half = net.forward(bags.to(torch::kFloat16));
  EXPECT_EQ(half.dtype(), torch::kFloat32);
  EXPECT_LT((exact - half).abs().max().item<double>(), 1e-2 * exact.abs().max().item<double>() + 1e-3);
  EXPECT_EQ(half[2].item<float>(), net.nobody_logit()[0].item<float>());
}

// Windows of three people; in the violent ones one of them, never the same, moves in a way of their own.
Tensor made_up_windows(int count, Tensor& labels) {
  Tensor windows = 0.3 * torch::randn({count, 4, kPersonRow});
  windows.select(2, 0).fill_(kSomebody);
  windows.select(1, 0).select(1, 0).fill_(kEverybody);
  labels = torch::zeros({count});
  for (int i = 0; i < count; i += 2) {
    labels[i] = 1;
    windows[i][1 + i % 3].narrow(0, 1, kPersonSequence).add_(0.5);
  }
  return windows;
}

TEST(ViolencePerson, learns_from_labels_of_windows_who_in_them_is_violent) {
  torch::manual_seed(4);
  ViolencePerson net;
  Tensor labels;
  const Tensor windows = made_up_windows(64, labels);
  net.set_normalisation(windows.reshape({-1, kPersonRow}));
  net.train();
  torch::optim::Adam optimizer(net.parameters(), 3e-3);
  for (int step = 0; step < 80; ++step) {
    optimizer.zero_grad();
    const Tensor posture = net.forward(windows).select(1, 0);
    torch::binary_cross_entropy_with_logits(posture, labels).backward();
    optimizer.step();
  }
  net.eval();
  int right = 0;
  for (int i = 0; i < 64; i += 2) {
    const Tensor people = net.head_logits(windows[i].narrow(0, 1, 3)).select(1, 0);
    right += people.argmax().item<std::int64_t>() == i % 3;
  }
  EXPECT_GE(right, 29) << "of 32";
}

}  // namespace
}  // namespace vigil::nets
