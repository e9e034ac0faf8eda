#include "nets/people_net.h"

#include <torch/torch.h>

namespace vigil::nets {
namespace {

constexpr int kPooled = 2;        // the most violent people, whose mean speaks for a window
constexpr double kNobody = -1e4;  // logit of an empty place: below everybody's

}  // namespace

PeopleNet::PeopleNet() : nobody_(register_parameter("nobody", torch::zeros({1}))) {}

torch::Tensor PeopleNet::forward(torch::Tensor bags) {
  const std::int64_t windows = bags.size(0);
  const std::int64_t places = bags.size(1);
  const torch::Tensor there = bags.select(2, 0) > 0.5;  // [B, P]
  const torch::Tensor rows = bags.reshape({windows * places, kPersonRow});
  const torch::Tensor taken = there.reshape({-1}).nonzero().squeeze(1);
  const torch::Tensor people = there.sum(1, /*keepdim=*/true);
  torch::Tensor pooled = nobody_.expand({windows, 1});
  if (taken.numel() > 0) {
    const torch::Tensor said = head_logits(rows.index_select(0, taken));  // [N, heads]
    torch::Tensor logits = torch::full({windows * places, said.size(1)}, kNobody, bags.options());
    logits = logits.index_copy(0, taken, said).view({windows, places, said.size(1)});
    const torch::Tensor strongest = std::get<0>(logits.topk(std::min<std::int64_t>(kPooled, places), 1));
    const torch::Tensor mean = torch::where(people >= kPooled, strongest.mean(1), strongest.select(1, 0));
    pooled = torch::where(people > 0, mean, pooled);
  }
  return is_training() ? pooled : pooled.mean(1);
}

torch::Tensor steps_of(const torch::Tensor& rows) {
  return rows.narrow(1, 1, kPersonSequence).view({rows.size(0), kPersonSteps, kPersonStepSize});
}

torch::Tensor views_of(const torch::Tensor& rows) { return rows.narrow(1, 1 + kPersonSequence, kPersonView); }

}  // namespace vigil::nets
