"use strict";
{
  const { data, element, facts, table, confusion, chart, number, percent, compact, t, told } = Vigil;
  const at = id => document.getElementById(id);
  const { epochs } = data;
  const has = values => values.some(value => value !== null);
  const marks = data.best_epoch === null ? [] : [{ x: data.best_epoch, label: t`best` }];
  const lines = list => list.filter(line => line.values && has(line.values));

  at("subtitle").textContent = told(data.state_text);
  if (data.state === "interrupted") {
    at("state").hidden = false;
    at("state").classList.add("alert");
    at("state").textContent = told(data.state_text);
    at("subtitle").textContent = "";
  }
  at("facts").append(facts(data.facts.map(fact => ({ label: told(fact.label), value: told(fact.value), note: told(fact.note) }))));

  function curve(id, title, y, series, summary) {
    const shown = lines(series);
    if (shown.length === 0) return at(id).remove();
    chart(at(id), { title, summary, x: { label: t`epoch`, values: epochs.epoch, kind: "count" }, y, series: shown, marks });
  }

  const last = values => values[values.length - 1];
  const lowest = values => values.filter(value => value !== null).reduce((low, value) => Math.min(low, value), Infinity);

  function drawCurves() {
    at("curves").hidden = false;
    at("curves-lead").textContent = t`The dashed line marks the best epoch by ${data.monitor}. Training figures are taken while the weights change, with dropout and augmentation on; validation figures at the end of the epoch, with both off.`;
    curve("loss", t`Loss`, { format: value => number(value, 4) }, [
      { label: t`training`, values: epochs.train_loss },
      { label: t`validation`, values: epochs.val_loss },
    ], has(epochs.val_loss)
      ? t`Lowest validation loss ${number(lowest(epochs.val_loss), 4)}; training loss ended at ${number(last(epochs.train_loss), 4)}.`
      : t`Training loss ended at ${number(last(epochs.train_loss), 4)}.`);
    const { train, validation } = epochs;
    const validated = has(validation.accuracy);
    curve("scores", validated ? t`Validation scores` : t`Training scores`, { range: [0, 1], format: value => number(value, 3) }, validated ? [
      { label: t`accuracy`, values: validation.accuracy },
      { label: "AUC", values: validation.auc },
      { label: "F1", values: validation.f1 },
      { label: t`training accuracy`, values: train.accuracy, plain: true },
    ] : [
      { label: t`accuracy`, values: train.accuracy },
      { label: "AUC", values: train.auc },
      { label: "F1", values: train.f1 },
    ], t`Over the whole set at once, at probability ${compact(data.threshold)}; AUC needs no threshold.`);
    curve("rate", t`Learning rate`, { format: value => compact(value) }, [
      { label: t`learning rate`, values: epochs.lr },
    ], t`From ${compact(epochs.lr[0])} to ${compact(last(epochs.lr))}.`);
    const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
    curve("pace", t`Time per batch`, { format: value => t`${number(value, 0)} ms`, range: (u, low, high) => [0, (high || 1) * 1.1] }, [
      { label: t`computing`, values: epochs.step_ms },
      { label: t`waiting for data`, values: epochs.data_ms },
    ], t`${number(mean(epochs.rate), 1)} clips per second on average. Where waiting is the larger part, more workers help.`);
  }

  function rocChart(parent, roc) {
    const figure = element("figure", { class: "sheet" });
    parent.append(figure);
    if (roc.points.length === 0) {
      figure.append(element("h3", {}, t`ROC curve`), element("p", {}, t`Absent: the set holds one class only.`));
      return;
    }
    chart(figure, {
      title: t`ROC curve`,
      summary: t`Area under the curve ${number(roc.auc, 3)}. The grey diagonal is what guessing gives.`,
      x: { label: t`false positive rate`, values: roc.points.map(point => point[0]), kind: "number", range: [0, 1] },
      y: { label: t`true positive rate`, range: [0, 1], format: value => number(value, 3) },
      series: [
        { label: t`true positive rate`, values: roc.points.map(point => point[1]), fill: true, bare: true },
        { label: t`guessing`, values: roc.points.map(point => point[0]), plain: true },
      ],
      height: 300,
    });
  }

  function showing(one) {
    const { scores } = one;
    const matrix = element("div", { class: "sheet" }, element("h3", {}, t`Confusion matrix`), confusion(scores.confusion, data.classes));
    const figures = element("div", { class: "sheet" }, table({
      caption: t`${scores.samples} clips, at probability ${compact(scores.threshold)}`,
      columns: [{ label: t`Figure` }, { label: t`Value`, number: true }],
      rows: [
        [t`accuracy`, percent(scores.accuracy)],
        [t`precision`, percent(scores.precision)],
        [t`recall`, percent(scores.recall)],
        ["F1", number(scores.f1)],
        ["AUC", number(scores.auc)],
        [t`average precision`, number(scores.average_precision)],
        [t`loss`, number(one.loss, 4)],
      ],
    }));
    const grid = element("div", { class: "grid" });
    at("showings").append(element("section", {}, element("h2", {}, told(one.title)), element("p", { class: "lead" }, told(one.note)), grid));
    grid.append(element("div", { class: "stack" }, matrix, figures));
    rocChart(grid, { points: one.roc, auc: scores.auc });
  }

  function drawTable() {
    at("epochs").hidden = false;
    const columns = [t`Epoch`, t`Learning rate`, t`Training loss`, t`Validation loss`, t`Accuracy`, "F1", "AUC", t`Clips/s`, t`Data ms`, t`Step ms`, t`Seconds`];
    const scores = has(epochs.validation.accuracy) ? epochs.validation : epochs.train;
    at("epoch-table").append(table({
      caption: t`Accuracy, F1 and AUC of the validation set where there is one, else of training.`,
      columns: columns.map((label, i) => ({ label, number: i > 0 })),
      marked: data.best_epoch === null ? -1 : epochs.epoch.indexOf(data.best_epoch),
      rows: epochs.epoch.map((epoch, i) => [
        String(epoch), compact(epochs.lr[i]), number(epochs.train_loss[i], 4), number(epochs.val_loss[i], 4),
        percent(scores.accuracy[i]), number(scores.f1[i]), number(scores.auc[i]), number(epochs.rate[i], 1),
        number(epochs.data_ms[i], 0), number(epochs.step_ms[i], 0), number(epochs.seconds[i], 1),
      ]),
    }));
  }

  if (epochs.epoch.length > 0) {
    drawCurves();
    drawTable();
  }
  data.showings.forEach(showing);
  for (const { section, rows } of data.settings) {
    at("settings").append(element("div", { class: "sheet" }, table({
      caption: `[${section}]`, columns: [{ label: t`Key` }, { label: t`Value`, number: true }],
      rows: rows.map(([key, value]) => [element("code", {}, key), element("code", {}, value)]),
    })));
  }
}
