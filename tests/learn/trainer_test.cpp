#include "learn/trainer.h"

#include <signal.h>
#include <spawn.h>

#include <cmath>
#include <sstream>
#include <thread>

#include "toy_training.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "core/atomic_file.h"
#include "learn/checkpoint.h"
#include "nn/safetensors.h"
#include "support/temp_dir.h"

extern char** environ;

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using toy::all_weights;
using toy::make_net;
using toy::make_recipe;

// What a run left behind, as far as it must not depend on how often it was interrupted.
struct Trace {
  std::vector<float> weights;  // of the best epoch
  std::vector<float> last;     // of the last checkpoint
  std::string log;             // log.csv without its columns of time
  double best_value = 0;
  std::int64_t steps = 0;
  bool operator==(const Trace&) const = default;
};

std::string without_times(const std::string& csv) {
  std::istringstream in(csv);
  std::string kept;
  for (std::string line; std::getline(in, line);) {
    for (int column = 0; column < 4; ++column) line.erase(line.rfind(','));
    kept += line + "\n";
  }
  return kept;
}

std::vector<float> last_weights(const fs::path& out) {
  const auto file = nn::read_safetensors(out / "last.ckpt");
  EXPECT_TRUE(file) << file.error().message;
  std::vector<float> values;
  for (const auto& [name, tensor] : file->tensors) {
    if (!name.starts_with("net.") && !name.starts_with("optimizer.") && !name.starts_with("average.")) continue;
    const torch::Tensor flat = tensor.to(torch::kFloat32).flatten().contiguous();
    values.insert(values.end(), flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel());
  }
  return values;
}

struct Run {
  fs::path out;
  Recipe recipe = make_recipe();
  toy::SourceOptions source = {};
  bool resume = false;
  bool overwrite = false;
  int stop_after_batches = 0;  // of this call; 0: never
  std::int64_t checkpoint_batches = 0;
};

core::Result<TrainingOutcome> train(const Run& run, const std::shared_ptr<toy::Net>& net) {
  toy::Source source(run.source);
  toy::Source validation({.shuffled = false});
  std::stop_source stop;
  int batches = 0;
  Trainer trainer(trainee(net), run.recipe,
                  {.out = run.out,
                   .resume = run.resume,
                   .overwrite = run.overwrite,
                   .checkpoint_batches = run.checkpoint_batches,
                   .stop = stop.get_token(),
                   .progress = [&](const core::Progress&) {
                     if (++batches == run.stop_after_batches) stop.request_stop();
                   }});
  return trainer.fit({.train = source, .validation = &validation});
}

Trace trace_of(const fs::path& out, const toy::Net& net, const TrainingOutcome& outcome) {
  return {.weights = all_weights(net),
          .last = last_weights(out),
          .log = without_times(*core::read_file(out / "log.csv")),
          .best_value = outcome.best_value,
          .steps = outcome.steps};
}

Trace uninterrupted(const Recipe& recipe, const toy::SourceOptions& source = {}) {
  const test::TempDir dir;
  const auto net = make_net();
  const auto outcome = train({.out = dir.path(), .recipe = recipe, .source = source}, net);
  EXPECT_TRUE(outcome) << outcome.error().message;
  return trace_of(dir.path(), *net, *outcome);
}

// Stops after `batches` batches, then goes on in a new network that starts from other weights and another random state.
Trace interrupted(const Recipe& recipe, int batches, const toy::SourceOptions& source = {}) {
  const test::TempDir dir;
  const auto first =
      train({.out = dir.path(), .recipe = recipe, .source = source, .stop_after_batches = batches}, make_net());
  EXPECT_EQ(first.error().code, core::ErrorCode::kCancelled);
  const auto net = make_net(99);
  const auto outcome = train({.out = dir.path(), .recipe = recipe, .source = source, .resume = true}, net);
  EXPECT_TRUE(outcome) << outcome.error().message;
  return trace_of(dir.path(), *net, *outcome);
}

class TrainerTest : public ::testing::Test {
 protected:
  void SetUp() override { torch::set_num_threads(1); }
};

TEST_F(TrainerTest, overfits_eight_clips) {
  const test::TempDir dir;
  const auto net = make_net();
  const auto outcome = train(
      {.out = dir.path(), .recipe = make_recipe({"trainer.max_epochs=60", "schedule.kind=constant", "optimizer.lr=0.03"})},
      net);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->best);
  EXPECT_EQ(outcome->best->accuracy, 1);
  EXPECT_EQ(*outcome->best->auc, 1);
  EXPECT_LT(outcome->best_loss, 0.1);
  EXPECT_EQ(outcome->epochs, 60);
  EXPECT_EQ(outcome->steps, 120);
}

TEST_F(TrainerTest, the_same_seed_gives_the_same_weights) {
  EXPECT_EQ(uninterrupted(make_recipe()), uninterrupted(make_recipe()));
  EXPECT_NE(uninterrupted(make_recipe()).weights, uninterrupted(make_recipe({"trainer.seed=2"})).weights);
}

TEST_F(TrainerTest, resumed_at_an_epoch_boundary_equals_uninterrupted) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path(), .recipe = make_recipe({"trainer.max_epochs=2"})}, make_net()));
  const auto net = make_net(99);
  const auto outcome = train({.out = dir.path(), .resume = true}, net);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(trace_of(dir.path(), *net, *outcome), uninterrupted(make_recipe()));
}

TEST_F(TrainerTest, resumed_inside_an_epoch_equals_uninterrupted) {
  const Trace whole = uninterrupted(make_recipe());
  // An epoch has 4 batches and a step takes 2: 1 and 7 are inside a group, 2 between groups, 4 after the last batch.
  for (const int batches : {1, 2, 4, 7}) EXPECT_EQ(interrupted(make_recipe(), batches), whole) << batches;
}

TEST_F(TrainerTest, resumed_equals_uninterrupted_with_sgd_averaging_smoothing_and_incomplete_groups) {
  const Recipe recipe =
      make_recipe({"optimizer.kind=sgd", "optimizer.nesterov=true", "trainer.ema_decay=0.9", "loss.label_smoothing=0.1",
                   "loss.pos_weight=2.0", "schedule.warmup_epochs=2", "trainer.accumulate_batches=3"});
  const toy::SourceOptions seven = {.clips = 7};
  const Trace whole = uninterrupted(recipe, seven);
  for (const int batches : {2, 4, 6}) EXPECT_EQ(interrupted(recipe, batches, seven), whole) << batches;
}

TEST_F(TrainerTest, resumed_equals_uninterrupted_in_mixed_precision) {
  const Recipe recipe = make_recipe({"trainer.precision=bf16-mixed"});
  EXPECT_EQ(interrupted(recipe, 5), uninterrupted(recipe));
}

// Shows that the comparisons above would notice: whatever of the checkpoint is altered, the run ends elsewhere.
TEST_F(TrainerTest, every_part_of_a_checkpoint_matters) {
  const Recipe recipe = make_recipe({"trainer.ema_decay=0.9"});
  const Trace whole = uninterrupted(recipe);
  for (const std::string part : {"random.cpu", "gradient.0", "optimizer.0.exp_avg", "optimizer.0.exp_avg_sq",
                                 "optimizer.0.step", "average.0", "net.norm.running_mean", "epoch.probabilities"}) {
    const test::TempDir dir;
    ASSERT_FALSE(train({.out = dir.path(), .recipe = recipe, .stop_after_batches = 7}, make_net()));
    auto file = nn::read_safetensors(dir / "last.ckpt");
    ASSERT_TRUE(file);
    torch::Tensor& tensor = file->tensors.at(part);
    if (part == "random.cpu") {
      torch::manual_seed(4);
      tensor = at::detail::getDefaultCPUGenerator().get_state();
    } else {
      tensor = tensor.is_floating_point() ? tensor * 0.5 : tensor + 1;
    }
    ASSERT_TRUE(nn::write_safetensors(dir / "last.ckpt", *file));
    const auto net = make_net(99);
    const auto outcome = train({.out = dir.path(), .recipe = recipe, .resume = true}, net);
    ASSERT_TRUE(outcome) << part << ": " << outcome.error().message;
    EXPECT_NE(trace_of(dir.path(), *net, *outcome), whole) << part;
  }
}

TEST_F(TrainerTest, resuming_a_finished_run_changes_nothing) {
  const test::TempDir dir;
  const auto net = make_net();
  const auto first = train({.out = dir.path()}, net);
  const Trace before = trace_of(dir.path(), *net, *first);
  const auto again = make_net(99);
  const auto second = train({.out = dir.path(), .resume = true}, again);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(trace_of(dir.path(), *again, *second), before);
}

// Trains in a process of its own, kills it without warning, goes on here.
TEST_F(TrainerTest, killed_without_warning_and_resumed_equals_uninterrupted) {
  const Recipe recipe = make_recipe({"trainer.max_epochs=6"});
  const Trace whole = uninterrupted(recipe);
  for (const auto wait : {std::chrono::milliseconds(10), std::chrono::milliseconds(650)}) {
    const test::TempDir dir;
    std::string program = VIGIL_KILLED_RUN;
    std::string out = dir.path().string();
    char* arguments[] = {program.data(), out.data(), nullptr};
    pid_t child = 0;
    ASSERT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ), 0);
    while (!fs::exists(dir / "last.ckpt") && waitpid(child, nullptr, WNOHANG) == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::this_thread::sleep_for(wait);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the run ended before it was killed";
    const auto net = make_net(99);
    const auto outcome = train({.out = dir.path(), .recipe = recipe, .resume = true}, net);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(trace_of(dir.path(), *net, *outcome), whole);
  }
}

TEST_F(TrainerTest, a_stop_leaves_a_report_that_says_so) {
  const test::TempDir dir;
  const auto outcome = train({.out = dir.path(), .stop_after_batches = 6}, make_net());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::kCancelled);
  EXPECT_THAT(outcome.error().message, HasSubstr("epoch 2 of 4"));
  EXPECT_THAT(outcome.error().message, HasSubstr("--resume"));
  EXPECT_THAT(*core::read_file(dir / "report.html"), HasSubstr(R"("state":"interrupted")"));
  EXPECT_THAT(*core::read_file(dir / "log.csv"), HasSubstr("\n0,"));
  EXPECT_TRUE(parse_recipe(*core::read_file(dir / "recipe.toml"), "recipe.toml"));
}

TEST_F(TrainerTest, limits_the_batches_of_each_part) {
  const test::TempDir dir;
  toy::Source source;
  toy::Source validation({.shuffled = false});
  toy::Source testing({.shuffled = false});
  Trainer trainer(
      trainee(make_net()),
      make_recipe({"trainer.limit_train_batches=3", "trainer.limit_val_batches=2", "trainer.limit_test_batches=1"}),
      {.out = dir.path()});
  const auto outcome = trainer.fit({.train = source, .validation = &validation, .test = &testing});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(source.batches_given(), 4 * 3);
  EXPECT_EQ(validation.batches_given(), 4 * 2);
  EXPECT_EQ(testing.batches_given(), 1);
  EXPECT_EQ(outcome->test->confusion.samples(), 2);
  EXPECT_EQ(outcome->steps, 4 * 2);  // two batches a step, and the third alone
}

TEST_F(TrainerTest, stops_early_when_nothing_gets_better) {
  const test::TempDir dir;
  const auto outcome = train(
      {.out = dir.path(),
       .recipe = make_recipe({"trainer.max_epochs=9", "trainer.early_stop_patience=2", "trainer.early_stop_min_delta=10"})},
      make_net());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->epochs, 3);
  EXPECT_TRUE(outcome->stopped_early);
  EXPECT_THAT(*core::read_file(dir / "report.html"), HasSubstr(R"("state":"stopped_early")"));
}

// With plain gradient descent and a net without dropout, 2 × 2 clips must give the step of 1 × 4, the incomplete rest
// included.
TEST_F(TrainerTest, accumulated_batches_equal_one_large_batch) {
  const auto run = [](const std::string& batch_size, const std::string& accumulate) {
    const test::TempDir dir;
    torch::manual_seed(5);
    auto linear = std::make_shared<torch::nn::LinearImpl>(3 * 4 * 6 * 6, 1);
    toy::Source source({.clips = 6, .batch_size = std::stoll(batch_size), .shuffled = false});
    Trainer trainer(
        {.module = linear, .logits = [linear](const torch::Tensor& x) { return linear->forward(x.flatten(1)); }},
        make_recipe({"optimizer.kind=sgd", "trainer.batch_size=" + batch_size, "trainer.accumulate_batches=" + accumulate}),
        {.out = dir.path()});
    EXPECT_TRUE(trainer.fit({.train = source}));
    return all_weights(*linear);
  };
  const auto large = run("4", "1");
  const auto small = run("2", "2");
  ASSERT_EQ(large.size(), small.size());
  for (std::size_t i = 0; i < large.size(); ++i) ASSERT_NEAR(large[i], small[i], 1e-6);
}

TEST_F(TrainerTest, keeps_the_best_epoch_and_hands_its_weights_over) {
  const test::TempDir dir;
  const auto net = make_net();
  toy::Source source;
  toy::Source validation({.shuffled = false});
  std::vector<float> kept;
  int kept_epoch = -1;
  Trainer trainer(trainee(net), make_recipe({"trainer.ema_decay=0.5"}), {.out = dir.path(), .save_weights = [&](int epoch) {
                                                                           kept = all_weights(*net);
                                                                           kept_epoch = epoch;
                                                                           return core::Status();
                                                                         }});
  const auto outcome = trainer.fit({.train = source, .validation = &validation});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(kept_epoch, outcome->best_epoch);
  EXPECT_EQ(all_weights(*net), kept);
  const auto shown = predict(trainee(net), validation, {});
  EXPECT_DOUBLE_EQ(shown->loss, outcome->best_loss);
}

TEST_F(TrainerTest, a_diverged_loss_names_place_and_remedy) {
  const test::TempDir dir;
  const auto net = make_net();
  {
    const torch::NoGradGuard no_grad;
    net->parameters().back().fill_(INFINITY);
  }
  const auto outcome = train({.out = dir.path()}, net);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::kInternal);
  EXPECT_THAT(outcome.error().message, HasSubstr("epoch 1, batch 1, step 1"));
  EXPECT_THAT(outcome.error().message, HasSubstr("optimizer.lr (now 0.01)"));
}

TEST_F(TrainerTest, inputs_that_are_not_finite_are_blamed_on_the_clips) {
  const test::TempDir dir;
  const auto outcome = train({.out = dir.path(), .source = {.poison = NAN}}, make_net());
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("the batch itself"));
}

TEST_F(TrainerTest, does_not_write_over_a_run_unless_told) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path()}, make_net()));
  const auto refused = train({.out = dir.path()}, make_net());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("--resume"));
  EXPECT_TRUE(train({.out = dir.path(), .overwrite = true}, make_net()));
  const auto count = std::ranges::count_if(fs::directory_iterator(dir.path()), [](const auto& entry) {
    return entry.path().filename().string().starts_with("events.out");
  });
  EXPECT_EQ(count, 1);
}

TEST_F(TrainerTest, another_recipe_is_not_resumed) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path()}, make_net()));
  const auto refused = train({.out = dir.path(), .recipe = make_recipe({"optimizer.lr=0.5"}), .resume = true}, make_net());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("optimizer.lr = 0.01"));
  EXPECT_THAT(refused.error().message, HasSubstr("optimizer.lr = 0.5"));
}

TEST_F(TrainerTest, a_damaged_checkpoint_is_named) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path()}, make_net()));
  const std::string bytes = *core::read_file(dir / "last.ckpt");
  for (const std::size_t kept : {std::size_t{0}, std::size_t{100}, bytes.size() - 7}) {
    ASSERT_TRUE(core::write_file_atomically(dir / "last.ckpt", bytes.substr(0, kept)));
    const auto refused = train({.out = dir.path(), .resume = true}, make_net());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kUnreadable);
    EXPECT_THAT(refused.error().message, HasSubstr("last.ckpt"));
  }
}

TEST_F(TrainerTest, a_checkpoint_that_contradicts_itself_is_refused) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path()}, make_net()));
  const auto whole = nn::read_safetensors(dir / "last.ckpt");
  ASSERT_TRUE(whole);
  const auto refused_with = [&](const std::string& field, const std::string& from, const std::string& to) {
    nn::SafetensorsFile file = *whole;
    std::string& text = file.metadata.at(field);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    ASSERT_TRUE(nn::write_safetensors(dir / "last.ckpt", file));
    const auto refused = train({.out = dir.path(), .resume = true}, make_net());
    ASSERT_FALSE(refused) << to;
    EXPECT_EQ(refused.error().code, core::ErrorCode::kUnreadable) << refused.error().message;
  };
  refused_with("position", R"("epoch":4)", R"("epoch":-4)");
  refused_with("position", R"("epoch":4)", R"("epoch":3)");
  refused_with("position", R"("batch":0)", R"("batch":"x")");
  refused_with("history", R"("best":{)", R"("best":null,"other":{)");
  refused_with("vigil_checkpoint", "1", "2");
}

TEST_F(TrainerTest, a_folder_that_cannot_be_made_is_an_error) {
  const auto outcome = train({.out = "/proc/no-such-folder/run"}, make_net());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::kIo);
  EXPECT_THAT(outcome.error().message, HasSubstr("/proc/no-such-folder/run"));
}

TEST_F(TrainerTest, a_checkpoint_of_another_network_names_the_difference) {
  const test::TempDir dir;
  ASSERT_TRUE(train({.out = dir.path()}, make_net()));
  auto linear = std::make_shared<torch::nn::LinearImpl>(3 * 4 * 6 * 6, 1);
  toy::Source source;
  Trainer trainer({.module = linear, .logits = [linear](const torch::Tensor& x) { return linear->forward(x.flatten(1)); }},
                  make_recipe(), {.out = dir.path(), .resume = true});
  const auto refused = trainer.fit({.train = source});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::kUnreadable);
  EXPECT_THAT(refused.error().message, HasSubstr("weight"));
}

TEST_F(TrainerTest, a_trainee_with_a_loss_of_its_own_has_no_scores) {
  const test::TempDir dir;
  const auto net = make_net();
  std::vector<int> epochs;
  const Trainee regression = {.module = net,
                              .loss = [&](const torch::Tensor& inputs, const torch::Tensor& labels, int epoch) {
                                epochs.push_back(epoch);
                                return (net->forward(inputs) - labels).square().sum();
                              }};
  toy::Source source;
  Trainer trainer(regression, make_recipe({"trainer.max_epochs=20", "schedule.kind=constant"}), {.out = dir.path()});
  const auto outcome = trainer.fit({.train = source});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->best);
  EXPECT_LT(outcome->best_loss, 0.3);
  EXPECT_EQ(epochs.front(), 0);
  EXPECT_EQ(epochs.back(), 19);
  EXPECT_THAT(*core::read_file(dir / "log.csv"), HasSubstr("0,0.01,2,"));
  EXPECT_TRUE(fs::exists(dir / "report.html"));
}

TEST_F(TrainerTest, an_empty_source_and_a_meaningless_monitor_are_errors) {
  const test::TempDir dir;
  EXPECT_EQ(train({.out = dir.path(), .source = {.clips = 0}}, make_net()).error().code, core::ErrorCode::kUnreadable);
  toy::Source source;
  toy::Source one_class({.shuffled = false, .one_class = true});
  Trainer trainer(trainee(make_net()), make_recipe({"trainer.monitor=val_auc"}), {.out = dir / "run"});
  const auto refused = trainer.fit({.train = source, .validation = &one_class});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("val_auc"));
}

}  // namespace
}  // namespace vigil::learn
