// A folder with the log of a training run, as src/learn/history.h writes it.
//
//   const runs = await trainingRuns();            // for startServer({ runs })
//   await rm(runs, { recursive: true });
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ratio = (part, whole) => (whole > 0 ? part / whole : null);

function scoresOf([[trueNegatives, falsePositives], [falseNegatives, truePositives]], auc) {
  const all = trueNegatives + falsePositives + falseNegatives + truePositives;
  return {
    threshold: 0.5,
    confusion: [[trueNegatives, falsePositives], [falseNegatives, truePositives]],
    accuracy: (trueNegatives + truePositives) / all,
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    auc,
    average_precision: auc,
  };
}

// Three epochs, of which the second is the best.
const validations = [scoresOf([[30, 20], [20, 30]], 0.66), scoresOf([[40, 10], [10, 40]], 0.88), scoresOf([[45, 5], [20, 30]], 0.84)];
const testScores = scoresOf([[40, 10], [5, 45]], 0.91);

const history = {
  epochs: validations.map((validation, epoch) => ({
    epoch,
    lr: 0.001 / (epoch + 1),
    steps: 25 * (epoch + 1),
    train_loss: 0.69 / (epoch + 1),
    train: scoresOf([[35 + 5 * epoch, 15 - 5 * epoch], [15 - 5 * epoch, 35 + 5 * epoch]], 0.7 + 0.1 * epoch),
    val_loss: [0.68, 0.41, 0.47][epoch],
    validation,
    pace: { data_seconds: 1.5, step_seconds: 11, batches: 25, rows: 100 },
    seconds: 14.25,
  })),
  best_epoch: 1,
  best_value: 0.88,
  stop_reference: 0.88,
  epochs_without_better: 1,
  best: { loss: 0.41, scores: validations[1], roc: [[0, 0, null], [0.2, 0.8, 0.5], [1, 1, 0.01]] },
  test: { loss: 0.39, scores: testScores, roc: [[0, 0, null], [0.2, 0.9, 0.5], [1, 1, 0.01]] },
};

export const run = { name: "fights", confusion: testScores.confusion };

export async function trainingRuns() {
  const folder = await mkdtemp(join(tmpdir(), "vigil-web-runs-"));
  await mkdir(join(folder, run.name));
  await writeFile(join(folder, run.name, "history.json"), JSON.stringify(history));
  return folder;
}
