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
  const torch::Tensor kind = bags.select(2, 0);  // [B, P]
  const torch::Tensor there = kind == kSomebody;
  const torch::Tensor rows = bags.reshape({windows * places, bags.size(2)});
  const torch::Tensor taken = there.reshape({-1}).nonzero().squeeze(1);
  const torch::Tensor people = there.sum(1, /*keepdim=*/true);
  torch::Tensor pooled = nobody_.expand({windows, 1});
  if (taken.numel() > 0) {
    const torch::Tensor said = head_logits(rows.index_select(0, taken).to(torch::kFloat32));  // [N, heads]
    torch::Tensor logits = torch::full({windows * places, said.size(1)}, kNobody, said.options());
    logits = logits.index_copy(0, taken, said).view({windows, places, said.size(1)});
    const torch::Tensor strongest = std::get<0>(logits.topk(std::min<std::int64_t>(kPooled, places), 1));
    const torch::Tensor mean = torch::where(people >= kPooled, strongest.mean(1), strongest.select(1, 0));
    pooled = torch::where(people > 0, with_everybody(mean, rows, kind), pooled);
  }
  return is_training() ? pooled : joined(pooled);
}

torch::Tensor PeopleNet::joined(const torch::Tensor& heads) const {
  const std::vector<double> weights = head_weights();
  // One column: nobody's logit alone.
  if (weights.empty() || heads.size(1) != static_cast<std::int64_t>(weights.size())) return heads.mean(1);
  return (heads * torch::tensor(weights, heads.options())).sum(1);
}

torch::Tensor PeopleNet::with_everybody(const torch::Tensor& pooled, const torch::Tensor& rows, const torch::Tensor& kind) {
  const Heads parts = part_heads();
  const torch::Tensor place = (kind == kEverybody).reshape({-1}).nonzero().squeeze(1);
  if (parts.count == 0 || place.numel() == 0) return pooled;
  const torch::Tensor window = place.div(kind.size(1), "floor");
  const torch::Tensor said =
      head_logits(rows.index_select(0, place).to(torch::kFloat32)).narrow(1, parts.first, parts.count);
  torch::Tensor of_parts = pooled.narrow(1, parts.first, parts.count).index_copy(0, window, said);
  return torch::cat({pooled.narrow(1, 0, parts.first), of_parts,
                     pooled.narrow(1, parts.first + parts.count, pooled.size(1) - parts.first - parts.count)},
                    1);
}

torch::Tensor steps_of(const torch::Tensor& rows) {
  return rows.narrow(1, 1, kPersonSequence).view({rows.size(0), kPersonSteps, kPersonStepSize});
}

torch::Tensor views_of(const torch::Tensor& rows) { return rows.narrow(1, 1 + kPersonSequence, kPersonView); }

torch::Tensor crops_of(const torch::Tensor& rows) {
  return rows.narrow(1, 1 + kPersonSequence, kPersonCrops).view({rows.size(0), kPersonSteps, kPersonCrop});
}

}  // namespace vigil::nets
