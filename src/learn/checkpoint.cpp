#include "learn/checkpoint.h"

#include <format>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "nn/safetensors.h"
#include "nn/weights.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using nlohmann::json;
using torch::optim::AdamWParamState;
using torch::optim::SGDParamState;

constexpr std::string_view kVersion = "1";

json position_json(const TrainingPosition& p) {
  return {{"epoch", p.epoch},
          {"batch", p.batch},
          {"steps", p.steps},
          {"group_batches", p.group_batches},
          {"group_rows", p.group_rows},
          {"group_loss", p.group_loss},
          {"epoch_loss", p.epoch_loss},
          {"data_seconds", p.pace.data_seconds},
          {"step_seconds", p.pace.step_seconds},
          {"pace_batches", p.pace.batches},
          {"pace_rows", p.pace.rows},
          {"loss_scale", p.scaler.scale},
          {"good_steps", p.scaler.good_steps},
          {"event_file", p.event_file},
          {"event_bytes", p.event_bytes}};
}

void fill_position(const json& value, TrainingPosition& p) {
  value.at("epoch").get_to(p.epoch);
  value.at("batch").get_to(p.batch);
  value.at("steps").get_to(p.steps);
  value.at("group_batches").get_to(p.group_batches);
  value.at("group_rows").get_to(p.group_rows);
  value.at("group_loss").get_to(p.group_loss);
  value.at("epoch_loss").get_to(p.epoch_loss);
  value.at("data_seconds").get_to(p.pace.data_seconds);
  value.at("step_seconds").get_to(p.pace.step_seconds);
  value.at("pace_batches").get_to(p.pace.batches);
  value.at("pace_rows").get_to(p.pace.rows);
  value.at("loss_scale").get_to(p.scaler.scale);
  value.at("good_steps").get_to(p.scaler.good_steps);
  value.at("event_file").get_to(p.event_file);
  value.at("event_bytes").get_to(p.event_bytes);
}

std::vector<torch::Tensor> parameters_of(torch::optim::Optimizer& optimizer) {
  std::vector<torch::Tensor> parameters;
  for (const auto& group : optimizer.param_groups()) {
    parameters.insert(parameters.end(), group.params().begin(), group.params().end());
  }
  return parameters;
}

torch::Tensor random_state(const torch::Device& device) {
  auto generator = at::globalContext().defaultGenerator(device);
  const std::scoped_lock lock(generator.mutex());
  return generator.get_state();
}

void set_random_state(const torch::Device& device, const torch::Tensor& state) {
  auto generator = at::globalContext().defaultGenerator(device);
  const std::scoped_lock lock(generator.mutex());
  generator.set_state(state.clone());
}

// What the optimizer remembers of its I-th parameter.
void save_optimizer(torch::optim::Optimizer& optimizer, nn::SafetensorsFile& file) {
  const auto parameters = parameters_of(optimizer);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto found = optimizer.state().find(parameters[i].unsafeGetTensorImpl());
    if (found == optimizer.state().end()) continue;
    const std::string name = std::format("optimizer.{}.", i);
    if (const auto* adam = dynamic_cast<const AdamWParamState*>(found->second.get())) {
      file.tensors[name + "exp_avg"] = adam->exp_avg().cpu();
      file.tensors[name + "exp_avg_sq"] = adam->exp_avg_sq().cpu();
      file.tensors[name + "step"] = torch::tensor({adam->step()}, torch::kInt64);
    } else if (const auto* sgd = dynamic_cast<const SGDParamState*>(found->second.get())) {
      if (sgd->momentum_buffer().defined()) file.tensors[name + "momentum_buffer"] = sgd->momentum_buffer().cpu();
    }
  }
}

// The tensor by name, on the device of `like` and checked against its shape; nothing when it is not there.
Result<std::optional<torch::Tensor>> tensor_like(const nn::TensorMap& tensors, const std::string& name,
                                                 const torch::Tensor& like) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) return std::nullopt;
  if (found->second.sizes() != like.sizes() || found->second.scalar_type() != like.scalar_type()) {
    return fail(ErrorCode::kUnreadable, std::format("'{}' is of another shape or type than the network's parameter", name));
  }
  return found->second.to(like.device()).clone();
}

Status load_optimizer(const nn::TensorMap& tensors, torch::optim::Optimizer& optimizer) {
  const auto parameters = parameters_of(optimizer);
  optimizer.state().clear();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = std::format("optimizer.{}.", i);
    auto average = tensor_like(tensors, name + "exp_avg", parameters[i]);
    auto squares = tensor_like(tensors, name + "exp_avg_sq", parameters[i]);
    auto momentum = tensor_like(tensors, name + "momentum_buffer", parameters[i]);
    for (const auto* read : {&average, &squares, &momentum}) {
      if (!*read) return std::unexpected(read->error());
    }
    auto& state = optimizer.state()[parameters[i].unsafeGetTensorImpl()];
    if (*average && *squares && tensors.contains(name + "step")) {
      auto adam = std::make_unique<AdamWParamState>();
      adam->exp_avg(**average);
      adam->exp_avg_sq(**squares);
      adam->step(tensors.at(name + "step").item<std::int64_t>());
      state = std::move(adam);
    } else if (*momentum) {
      auto sgd = std::make_unique<SGDParamState>();
      sgd->momentum_buffer(**momentum);
      state = std::move(sgd);
    } else {
      optimizer.state().erase(parameters[i].unsafeGetTensorImpl());
    }
  }
  return {};
}

Status load_gradients(const nn::TensorMap& tensors, torch::optim::Optimizer& optimizer) {
  const auto parameters = parameters_of(optimizer);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto gradient = tensor_like(tensors, std::format("gradient.{}", i), parameters[i]);
    if (!gradient) return std::unexpected(gradient.error());
    torch::Tensor(parameters[i]).mutable_grad() = *gradient ? **gradient : torch::Tensor();
  }
  return {};
}

Status load_average(const nn::TensorMap& tensors, std::int64_t updates, WeightAverage& average) {
  std::vector<torch::Tensor> values;
  for (const torch::Tensor& held : average.averages()) {
    auto value = tensor_like(tensors, std::format("average.{}", values.size()), held);
    if (!value) return std::unexpected(value.error());
    if (!*value) return fail(ErrorCode::kUnreadable, "it holds no averaged weights; was trainer.ema_decay 0?");
    values.push_back(std::move(**value));
  }
  average.restore(values, updates);
  return {};
}

nn::TensorMap without_prefix(const nn::TensorMap& tensors, std::string_view prefix) {
  nn::TensorMap chosen;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) chosen.emplace(name.substr(prefix.size()), tensor);
  }
  return chosen;
}

Result<nn::SafetensorsFile> read(const std::filesystem::path& path) {
  auto file = nn::read_safetensors(path);
  if (!file) return file;
  const auto version = file->metadata.find("vigil_checkpoint");
  if (version == file->metadata.end() || version->second != kVersion) {
    return fail(ErrorCode::kUnreadable, std::format("{}: not a checkpoint of this version of vigil", path.string()));
  }
  return file;
}

// What later code relies on, whatever the file says.
Status check(const TrainingPosition& position) {
  const RunHistory& history = position.history;
  const bool counts = position.epoch >= 0 && position.batch >= 0 && position.steps >= 0 && position.group_batches >= 0 &&
                      position.group_rows >= 0 && position.scaler.scale > 0;
  const bool epochs = std::cmp_equal(history.epochs.size(), position.epoch);
  const bool best = history.epochs.empty() || (history.best.has_value() && history.best_epoch >= 0 &&
                                               std::cmp_less(history.best_epoch, history.epochs.size()));
  if (counts && epochs && best && position.probabilities.size() == position.labels.size()) return {};
  return fail(ErrorCode::kUnreadable, "the checkpoint contradicts itself: it is damaged");
}

Result<TrainingPosition> restore(const nn::SafetensorsFile& file, const TrainingParts& parts) {
  TrainingPosition position;
  position.recipe = file.metadata.at("recipe");
  const json fields = json::parse(file.metadata.at("position"));
  fill_position(fields, position);
  auto history = history_from_json(file.metadata.at("history"));
  if (!history) return std::unexpected(history.error());
  position.history = std::move(*history);
  const torch::Tensor probabilities = file.tensors.at("epoch.probabilities").to(torch::kFloat64).contiguous();
  const torch::Tensor labels = file.tensors.at("epoch.labels").to(torch::kInt32).contiguous();
  position.probabilities.assign(probabilities.const_data_ptr<double>(),
                                probabilities.const_data_ptr<double>() + probabilities.numel());
  position.labels.assign(labels.const_data_ptr<int>(), labels.const_data_ptr<int>() + labels.numel());
  Status status = check(position);
  if (status) status = nn::load_weights(without_prefix(file.tensors, "net."), parts.module);
  if (status) status = load_optimizer(file.tensors, parts.optimizer);
  if (status) status = load_gradients(file.tensors, parts.optimizer);
  if (status && parts.average) {
    status = load_average(file.tensors, fields.at("average_updates").get<std::int64_t>(), *parts.average);
  }
  if (!status) return std::unexpected(status.error());
  set_random_state(torch::kCPU, file.tensors.at("random.cpu"));
  // A run may go on on another device; then that device's generator starts from the seed it has.
  const auto device_state = file.tensors.find("random.device");
  if (!parts.device.is_cpu() && device_state != file.tensors.end()) set_random_state(parts.device, device_state->second);
  return position;
}

}  // namespace

Status save_checkpoint(const std::filesystem::path& path, const TrainingPosition& position, const TrainingParts& parts) {
  nn::SafetensorsFile file;
  for (auto& [name, tensor] : nn::copy_weights(parts.module)) file.tensors.emplace("net." + name, tensor);
  save_optimizer(parts.optimizer, file);
  const auto parameters = parameters_of(parts.optimizer);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].grad().defined()) file.tensors[std::format("gradient.{}", i)] = parameters[i].grad().cpu();
  }
  json fields = position_json(position);
  if (parts.average) {
    for (std::size_t i = 0; i < parts.average->averages().size(); ++i) {
      file.tensors[std::format("average.{}", i)] = parts.average->averages()[i].cpu();
    }
    fields["average_updates"] = parts.average->updates();
  }
  file.tensors["random.cpu"] = random_state(torch::kCPU);
  if (!parts.device.is_cpu()) file.tensors["random.device"] = random_state(parts.device);
  file.tensors["epoch.probabilities"] = torch::tensor(position.probabilities, torch::kFloat64);
  file.tensors["epoch.labels"] = torch::tensor(position.labels, torch::kInt32);
  file.metadata = {{"vigil_checkpoint", std::string(kVersion)},
                   {"position", fields.dump()},
                   {"history", to_json(position.history)},
                   {"recipe", position.recipe}};
  return nn::write_safetensors(path, file);
}

Result<TrainingPosition> load_checkpoint(const std::filesystem::path& path, const TrainingParts& parts) {
  auto file = read(path);
  if (!file) return std::unexpected(file.error());
  try {
    auto position = restore(*file, parts);
    if (!position) return std::unexpected(position.error().with_context(path.string()));
    return position;
  } catch (const std::exception& error) {
    // std::out_of_range of a missing entry, json::exception, and torch's refusal of a random state that is none.
    return fail(ErrorCode::kUnreadable, std::format("{}: the checkpoint is damaged: {}", path.string(), error.what()));
  }
}

Status load_checkpoint_weights(const std::filesystem::path& path, torch::nn::Module& module) {
  auto file = read(path);
  if (!file) return std::unexpected(file.error());
  nn::TensorMap weights = without_prefix(file->tensors, "net.");
  const auto parameters = module.named_parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto average = file->tensors.find(std::format("average.{}", i));
    if (average != file->tensors.end()) weights.insert_or_assign(parameters[i].key(), average->second);
  }
  if (auto loaded = nn::load_weights(weights, module); !loaded) {
    return std::unexpected(loaded.error().with_context(path.string()));
  }
  return {};
}

}  // namespace vigil::learn
