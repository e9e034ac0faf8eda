// Trains the toy network slowly into the folder given, saving after every third batch, until it is killed.
#include "../toy_training.h"

int main(int argc, char** argv) {
  using namespace vigil::learn;
  if (argc != 2) return 2;
  torch::set_num_threads(1);
  toy::Source source({.delay = std::chrono::milliseconds(200)});
  toy::Source validation({.shuffled = false});
  Trainer trainer(trainee(toy::make_net()), toy::make_recipe({"trainer.max_epochs=6"}),
                  {.out = argv[1], .checkpoint_batches = 3});
  return trainer.fit({.train = source, .validation = &validation}) ? 0 : 1;
}
