"use strict";
// What the report pages share: safe elements, figures, tables and charts. Text from the data only ever becomes text nodes.
const Vigil = (() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined));
    return node;
  }

  // shape: the path of a picture of 24 × 24 that is drawn in lines.
  function icon(shape) {
    const make = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      return node;
    };
    const svg = make("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round",
      "stroke-linejoin": "round", "aria-hidden": "true", class: "icon" });
    svg.append(make("path", { d: shape }));
    return svg;
  }

  const missing = "–";
  const number = (value, digits = 3) =>
    value === null || value === undefined || !Number.isFinite(value) ? missing : value.toFixed(digits);
  const percent = (value, digits = 1) =>
    value === null || value === undefined || !Number.isFinite(value) ? missing : (100 * value).toFixed(digits) + " %";
  const compact = value => {
    if (value === null || value === undefined || !Number.isFinite(value)) return missing;
    if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(1);
    return String(Number(value.toPrecision(4)));
  };
  // 3725.5 → "1:02:05.5"; digits: decimals of the seconds.
  function clock(seconds, digits = 0) {
    if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return missing;
    const scale = 10 ** digits;
    const whole = Math.round(Math.abs(seconds) * scale);
    const pad = (value, width) => String(value).padStart(width, "0");
    const fraction = digits > 0 ? "." + pad(whole % scale, digits) : "";
    const total = Math.floor(whole / scale);
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor(total / 60) % 60;
    const head = hours > 0 ? `${hours}:${pad(minutes, 2)}` : `${minutes}`;
    return (seconds < 0 ? "-" : "") + `${head}:${pad(total % 60, 2)}${fraction}`;
  }

  // Texts stand in the code in English, with {} for what is put in: t`Event ${id}`. A page that has a catalogue from them to the
  // reader's language says so before it shows anything.
  let catalogue = new Map();
  function t(parts, ...values) {
    const english = parts.join("{}");
    return (catalogue.get(english) ?? english).replaceAll("{}", () => values.shift());
  }
  // The same of a sentence that came ready, in which numbers, and names such as val_loss, are what was put in.
  const putIn = /[a-z]+_[a-z0-9]+|\d[\d.,:]*\d|\d/g;
  const told = text => text ? t(text.split(putIn), ...(text.match(putIn) || [])) : text;
  function speak(language, texts) {
    catalogue = new Map(Object.entries(texts));
    document.documentElement.lang = language;
    const written = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (written.nextNode()) {
      const node = written.currentNode;
      const text = node.data.trim();
      if (text !== "" && !node.parentElement.matches("h1, script, style")) node.data = node.data.replace(text, () => told(text));
    }
    for (const node of document.querySelectorAll("[aria-label]")) node.setAttribute("aria-label", told(node.getAttribute("aria-label")));
  }

  // entries: [{label, value, note?}]
  const facts = entries => element("dl", { class: "facts" }, entries.map(({ label, value, note }) =>
    element("div", {}, element("dt", {}, label), element("dd", {}, value, note ? element("small", {}, note) : null))));

  // columns: [{label, number?}], rows: [[cell, …]] of strings or nodes; the first cell of a row is its header.
  function table({ caption, columns, rows, marked = -1 }) {
    const cell = (tag, content, column, scope) => element(tag, { class: column.number ? "number" : null, scope }, content);
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption || columns[0].label },
      element("table", {},
        caption ? element("caption", {}, caption) : null,
        element("thead", {}, element("tr", {}, columns.map(column => cell("th", column.label, column, "col")))),
        element("tbody", {}, rows.map((row, index) => element("tr", { class: index === marked ? "marked" : null },
          row.map((content, i) => i === 0 ? cell("th", content, columns[i], "row") : cell("td", content, columns[i])))))));
  }

  // matrix: [[true negatives, false positives], [false negatives, true positives]]; labels: [negative, positive].
  function confusion(matrix, labels) {
    const row = (counts, label) => {
      const sum = counts[0] + counts[1];
      return element("tr", {}, element("th", { scope: "row" }, label), counts.map(count => {
        const share = sum > 0 ? count / sum : 0;
        return element("td", { style: `--share:${share.toFixed(3)}`, class: share > 0.75 ? "deep" : share > 0.45 ? "middle" : null },
          element("b", {}, String(count)), element("span", {}, percent(share, 0)));
      }));
    };
    return element("div", { class: "scroll" }, element("table", { class: "confusion" },
      element("caption", {}, t`Rows: what the clip shows. Columns: what the network said.`),
      element("thead", {}, element("tr", {}, element("td", { style: "background:none" }),
        labels.map(label => element("th", { scope: "col" }, t`said ${label}`)))),
      element("tbody", {}, row(matrix[0], labels[0]), row(matrix[1], labels[1]))));
  }

  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [4, 4], [1, 4]];
  const borders = ["solid", "dashed", "dotted", "dashed", "dashed", "dashed", "dotted"];
  const whole = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
  const seconds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

  const dashOf = index => dashes[index % dashes.length];
  const strokeOf = index => colour(`--series-${(index % 4) + 1}`);
  const hue = index => `var(--series-${(index % 4) + 1})`;
  // What a line of a chart looks like, to stand beside its name.
  const swatch = index => element("span", { class: "swatch", "aria-hidden": "true",
    style: `border-top-color:${hue(index)};border-top-style:${borders[index % borders.length]}` });

  // Acts once the node comes near to what is seen, or before it is printed.
  const far = new Map();
  function arrive(node) {
    const act = far.get(node);
    watcher.unobserve(node);
    far.delete(node);
    if (act) act();
  }
  const watcher = new IntersectionObserver(
    entries => entries.filter(entry => entry.isIntersecting).forEach(entry => arrive(entry.target)), { rootMargin: "1000px" });
  function whenNear(node, act) {
    far.set(node, act);
    watcher.observe(node);
  }

  const charts = new Set();

  // A line chart with a legend that follows the pointer, and its figures as a table behind a fold.
  //   const { follow } = chart(parent, {
  //     title, summary,                    // summary: one sentence, read out in place of the picture
  //     heading, hint,                     // a heading other than <h3>; how to use it, on a screen only
  //     x: { label, values, kind, range,   // kind: "count" (whole numbers), "time" (seconds) or "number"
  //          name, format, tick, lines },  // of the legend; of a value; of a tick, in so many lines
  //     y: { label, range, log, format },  // range: [low, high] or absent
  //     series: [{ label, values, fill, steps, plain, bare }],  // null is a gap, undefined is not; plain: thin and grey;
  //                                                             // bare: without points
  //     marks: [{ x, label }],             // vertical lines
  //     bands: [{ from, to, tone }],       // shaded ranges of x; tone: name of a colour, else that of an alert
  //     under,                             // a node put beneath, which learns where the plot is: --plot-left, --plot-width
  //     height, late,                      // late: drawn only when it comes near to what is seen
  //     onPick(x),                         // of a click
  //     onScrub(x) })                      // of a press and of every move until the release
  //   follow(x);                           // puts a line there, and the legend to the values there
  function chart(parent, options) {
    const { title, summary, x, y = {}, series, marks = [], bands = [], height = 240, under, late, heading, hint, onPick, onScrub } = options;
    const format = y.format || compact;
    const formatX = x.format || (x.kind === "time" ? value => clock(value, 1) : x.kind === "count" ? value => String(value) : compact);
    const tickX = x.tick || (x.kind === "time" ? clock : compact);
    const stroke = index => () => series[index].plain ? colour("--ink-soft") : strokeOf(index);
    const holder = element("div", { class: "chart" + (onScrub ? " scrub" : ""), style: `min-height:${height}px`, role: "img", "aria-label": `${title}. ${summary || ""}` });
    const figures = element("details", {}, element("summary", {}, t`The figures as a table`));
    parent.append(heading || element("h3", {}, title), holder, under || "", summary ? element("figcaption", {}, summary, hint ? element("span", { class: "screen" }, hint) : null) : "", figures);
    figures.addEventListener("toggle", () => {
      if (figures.childElementCount > 1) return;
      figures.append(table({
        columns: [{ label: x.name || x.label }, ...series.map(one => ({ label: one.label, number: true }))],
        rows: x.values.map((value, i) => [formatX(value), ...series.map(one => format(one.values[i]))]),
      }));
    }, { once: true });

    const shade = u => {
      u.ctx.save();
      u.ctx.globalAlpha = 0.14;
      u.ctx.beginPath();
      u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      u.ctx.clip();
      for (const { from, to, tone = "--alert" } of bands) {
        const left = u.valToPos(from, "x", true);
        u.ctx.fillStyle = colour(tone);
        u.ctx.fillRect(left, u.bbox.top, Math.max(u.valToPos(to, "x", true) - left, 2), u.bbox.height);
      }
      u.ctx.restore();
    };
    const mark = u => {
      u.ctx.save();
      u.ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      u.ctx.font = `${11 * devicePixelRatio}px ${colour("--sans")}`;
      u.ctx.textBaseline = "top";
      for (const { x: at, label, tone = "--ink-soft" } of marks) {
        u.ctx.strokeStyle = u.ctx.fillStyle = colour(tone);
        const left = u.valToPos(at, "x", true);
        u.ctx.beginPath();
        u.ctx.moveTo(left, u.bbox.top);
        u.ctx.lineTo(left, u.bbox.top + u.bbox.height);
        u.ctx.stroke();
        const room = u.bbox.left + u.bbox.width - left > u.ctx.measureText(label || "").width + 8 * devicePixelRatio;
        u.ctx.textAlign = room ? "left" : "right";
        if (label) u.ctx.fillText(label, left + (room ? 5 : -5) * devicePixelRatio, u.bbox.top + 3 * devicePixelRatio);
      }
      u.ctx.restore();
    };
    // Of each line the value that is drawn nearest to x.values[idx]: undefined stands for none of its own there.
    const nearest = (one, idx) => {
      for (let step = 0; step < x.values.length; ++step) {
        for (const i of [idx - step, idx + step]) if (one.values[i] !== undefined) return i;
      }
      return idx;
    };
    const show = (u, idx) => u.setLegend({ idxs: [idx, ...series.map(one => nearest(one, idx))] });
    let resting = x.values.length - 1;
    const axis = {
      stroke: () => colour("--ink-soft"), font: "12px " + colour("--sans"), labelFont: "12px " + colour("--sans"), labelSize: 20,
      grid: { stroke: () => colour("--grid"), width: 1 }, ticks: { show: false },
    };
    const lone = x.values.length === 1;
    let plot = null;
    const head = element("div", { class: "playhead", hidden: true });
    let followed = null;
    function place() {
      if (plot === null || followed === null) return;
      const { min, max } = plot.scales.x;
      head.hidden = followed < min || followed > max;
      head.style.left = `${plot.valToPos(followed, "x")}px`;
    }
    function tell(u) {
      if (!under) return;
      under.style.setProperty("--plot-left", `${100 * u.over.offsetLeft / u.width}%`);
      under.style.setProperty("--plot-width", `${100 * u.over.clientWidth / u.width}%`);
    }
    function follow(at) {
      followed = at;
      if (plot === null) return;
      place();
      resting = plot.valToIdx(at);
      if (plot.cursor.left < 0) show(plot, resting);
    }

    function draw() {
      plot = new uPlot({
        width: Math.max(holder.clientWidth, 200), height,
        padding: x.lines === 2 ? [null, 34, null, null] : undefined,  // half a tick's text
        scales: {
          x: { time: false, range: x.range || (lone ? [x.values[0] - 1, x.values[0] + 1] : undefined) },
          y: { distr: y.log ? 3 : 1, range: y.range },
        },
        axes: [
          { ...axis, label: x.label, size: x.lines === 2 ? 48 : 34, space: x.lines === 2 ? 90 : 50, values: (u, splits) => splits.map(value => tickX(value)),
            ...(x.kind === "count" ? { incrs: whole } : x.kind === "time" ? { incrs: seconds } : {}) },
          { ...axis, label: y.label, size: 54, values: (u, splits) => splits.map(value => value === null ? "" : (y.tick || compact)(value)) },
        ],
        series: [
          { label: x.name || x.label, value: (u, value) => value === null ? missing : formatX(value) },
          ...series.map((one, index) => ({
            label: one.label, stroke: stroke(index), width: one.plain ? 1 : 2, dash: one.plain ? dashes[1] : dashOf(index),
            fill: one.fill ? () => strokeOf(index) + "22" : undefined,
            paths: one.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
            points: { show: !one.plain && !one.bare && x.values.length <= 40, size: 6, fill: stroke(index) },
            value: (u, value) => format(value),
          })),
        ],
        cursor: { points: { size: 9 }, drag: { x: !onScrub, y: false }, y: false, dataIdx: (u, i, idx) => i === 0 ? idx : nearest(series[i - 1], idx) },
        legend: { markers: { width: 3, stroke: (u, index) => series[index - 1].plain ? "var(--ink-soft)" : hue(index - 1), dash: (u, index) => series[index - 1].plain ? "dashed" : borders[(index - 1) % borders.length] } },
        hooks: {
          drawClear: bands.length > 0 ? [shade] : [],
          draw: [...(marks.length > 0 ? [mark] : []), () => place(), tell],
          ready: [u => show(u, resting)],
          setCursor: [u => { if (u.cursor.idx === null || u.cursor.idx === undefined) show(u, resting); }],
        },
      }, [x.values, ...series.map(one => one.values)], holder);

      const pointed = event => plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x");
      if (onPick) plot.over.addEventListener("click", event => onPick(pointed(event)));
      if (onScrub) {
        plot.over.addEventListener("pointerdown", event => {
          if (event.button !== 0) return;
          plot.over.setPointerCapture(event.pointerId);
          onScrub(pointed(event));
        });
        plot.over.addEventListener("pointermove", event => { if (event.buttons & 1) onScrub(pointed(event)); });
      }
      plot.over.append(head);
      if (followed !== null) follow(followed);

      const size = width => { if (width > 0 && width !== plot.width) plot.setSize({ width, height }); };
      new ResizeObserver(() => { if (!printing()) size(holder.clientWidth); }).observe(holder);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw(false));
      charts.add(() => {
        size(printing() ? paperWidth : holder.clientWidth);
        plot.redraw(false);
      });
    }
    if (late) whenNear(holder, draw);
    else draw();
    return { follow };
  }

  // On paper, charts have its colours, and are shrunk to its width, which is 690.
  const paperWidth = 800;
  const printing = () => document.documentElement.classList.contains("printing");
  for (const [name, on] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(name, () => {
      for (const node of [...far.keys()]) arrive(node);
      document.documentElement.classList.toggle("printing", on);
      for (const redraw of charts) redraw();
    });
  }

  return { data, t, told, speak, element, icon, facts, table, confusion, chart, swatch, whenNear, number, percent, compact, clock, colour, missing };
})();
