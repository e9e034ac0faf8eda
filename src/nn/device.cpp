#include "nn/device.h"

#include <charconv>
#include <format>
#include <string>

#include <torch/cuda.h>
#include <torch/utils.h>

#include "core/cores.h"

namespace vigil::nn {
namespace {

using core::ErrorCode;
using core::fail;

core::Result<torch::Device> cuda_device(int index) {
  const int present = static_cast<int>(torch::cuda::device_count());
  if (index < present) return torch::Device(torch::kCUDA, static_cast<torch::DeviceIndex>(index));
  return fail(
      ErrorCode::kUnsupported,
      std::format("device cuda:{}: this machine has {} CUDA devices that this build can use; choose cpu", index, present));
}

}  // namespace

core::Result<torch::Device> choose_device(std::string_view name) {
  if (name == "cpu") return torch::Device(torch::kCPU);
  if (name == "auto") return torch::cuda::is_available() ? cuda_device(0) : torch::Device(torch::kCPU);
  if (name == "cuda") return cuda_device(0);
  constexpr std::string_view kPrefix = "cuda:";
  if (name.starts_with(kPrefix)) {
    int index = 0;
    const std::string_view digits = name.substr(kPrefix.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc{} && end == digits.data() + digits.size() && index >= 0 && index < 128) return cuda_device(index);
  }
  return fail(ErrorCode::kInvalidArgument, std::format("device '{}': choose auto, cpu, cuda or cuda:N", name));
}

bool cpu_has_bf16() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512bf16") || __builtin_cpu_supports("amx-bf16");
#else
  return false;
#endif
}

std::optional<torch::Dtype> autocast_type(Precision precision, const torch::Device& device) {
  if (precision == Precision::kFull32) return std::nullopt;
  if (device.is_cuda()) return precision == Precision::kMixed16 ? torch::kHalf : torch::kBFloat16;
  if (cpu_has_bf16()) return torch::kBFloat16;
  return std::nullopt;
}

void set_threads(int threads) { torch::set_num_threads(threads > 0 ? threads : core::usable_cores()); }

}  // namespace vigil::nn
