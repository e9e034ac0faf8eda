"use strict";
// The people of a clip: who is where at a time, and how they are drawn on its frames. docs/events-json.md says what `boxes` is.
Vigil.boxes = (() => {
  const { number, t } = Vigil;
  const limbs = [[5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11], [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16],
    [0, 1], [0, 2], [1, 3], [2, 4]];
  const sureKeyPoint = 0.2;
  const longestStep = 1.5;  // seconds; further apart, nothing is drawn in between
  const rounding = 0.001;   // seconds by which the clocks of a clip and of its boxes differ
  // On any picture, whatever the colours of the page.
  const paints = {
    alert: { line: "#ff3b30", plate: "#c2180f", text: "#ffffff", width: 4 },
    watch: { line: "#b79cff", plate: "#b79cff", text: "#16101f", width: 4 },
    calm: { line: "#34d17a", plate: "#34d17a", text: "#0c1a11", width: 2 },
  };

  const mix = (from, to, share) => from + (to - from) * share;

  function mixPoints(from, to, share) {
    if (!from || !to) return from;
    return from.map((value, i) => i % 3 === 2 ? Math.min(value, to[i]) : mix(value, to[i], share));
  }

  const people = entry => entry[1].map(([id, left, top, width, height, score, violent, seen, points]) =>
    ({ id, box: [left, top, width, height], score, violent: violent === 1, seen: seen === 1, points: points || null }));

  // entries: in rising order of time. Between two of them boxes and key points move on straight lines; all else is that of
  // the earlier.
  function at(entries, time) {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle][0] <= time + rounding) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return [];
    const [earlier, later] = [entries[low - 1], entries[low]];
    if (time - earlier[0] > longestStep) return [];
    const shown = people(earlier);
    if (!later || later[0] - earlier[0] > longestStep) return shown;
    const share = Math.max(0, (time - earlier[0]) / (later[0] - earlier[0]));
    const next = new Map(people(later).map(person => [person.id, person]));
    return shown.map(person => {
      const to = next.get(person.id);
      if (!to) return person;
      return { ...person, box: person.box.map((value, i) => mix(value, to.box[i], share)), points: mixPoints(person.points, to.points, share) };
    });
  }

  // What a person is drawn as: violent, or doing what the event's rule names ("running"; null: not), or neither.
  const tone = (person, deed) => person.violent ? "alert" : deed ? "watch" : "calm";

  const name = (person, deed, scores) => [String(person.id), person.violent ? t`violent` : deed,
    scores && Number.isFinite(person.score) ? number(person.score, 2) : null].filter(Boolean).join(" ");

  function drawBox(context, box, { line, width }, seen) {
    context.setLineDash(seen ? [] : [6, 5]);
    for (const [style, thick] of [["rgba(0, 0, 0, 0.45)", width + 2], [line, width]]) {
      context.strokeStyle = style;
      context.lineWidth = thick;
      context.strokeRect(...box);
    }
    context.setLineDash([]);
  }

  function drawSkeleton(context, points, scale, { line }) {
    const point = i => points[3 * i + 2] >= sureKeyPoint ? [points[3 * i] * scale, points[3 * i + 1] * scale] : null;
    for (const [style, thick] of [["rgba(0, 0, 0, 0.5)", 4], [line, 2]]) {
      context.strokeStyle = style;
      context.lineWidth = thick;
      context.lineCap = context.lineJoin = "round";
      context.beginPath();
      for (const [from, to] of limbs) {
        const [a, b] = [point(from), point(to)];
        if (!a || !b) continue;
        context.moveTo(...a);
        context.lineTo(...b);
      }
      context.stroke();
    }
    context.fillStyle = "#ffffff";
    for (let i = 0; i < 17; ++i) {
      const at = point(i);
      if (!at) continue;
      context.beginPath();
      context.arc(...at, 1.8, 0, 7);
      context.fill();
    }
  }

  function drawName(context, text, [left, top, , height], { plate, text: ink, width }, size, picture) {
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    const wide = context.measureText(text).width + size * 0.8;
    const high = size * 1.5;
    const x = Math.max(0, Math.min(left - width / 2, picture.width - wide));
    const above = top - width / 2 - high;
    const y = above >= 0 ? above : Math.min(top + width / 2, Math.max(0, top + height - high));
    context.fillStyle = plate;
    context.fillRect(x, y, wide, high);
    context.fillStyle = ink;
    context.fillText(text, x + size * 0.4, y + high / 2 + size * 0.06);
  }

  // Draws into the rectangle `picture` ({left, top, width, height} in units of the context), which shows the whole frame.
  //   shown: { boxes, skeletons, scores }; deed(person): what a rule's event says of the person, or null
  function draw(context, who, { picture, frameWidth, shown, deed = () => null }) {
    const scale = picture.width / frameWidth;
    const size = Math.max(11, Math.min(17, picture.width / 48));
    const loudness = person => person.violent ? 2 : deed(person) ? 1 : 0;
    context.save();
    context.translate(picture.left, picture.top);
    context.beginPath();
    context.rect(0, 0, picture.width, picture.height);
    context.clip();
    for (const person of [...who].sort((a, b) => loudness(a) - loudness(b))) {
      const paint = paints[tone(person, deed(person))];
      const box = person.box.map(value => value * scale);
      context.globalAlpha = person.seen ? 1 : 0.5;
      if (shown.skeletons && person.points) drawSkeleton(context, person.points, scale, paint);
      if (shown.boxes) {
        drawBox(context, box, paint, person.seen);
        drawName(context, name(person, deed(person), shown.scores), box, paint, size, picture);
      }
    }
    context.restore();
  }

  // On a whole picture that is shown about `wide` CSS pixels wide, whatever the canvas has.
  function drawStill(canvas, who, { source, wide, deed }) {
    const context = canvas.getContext("2d");
    context.save();
    context.scale(canvas.width / wide, canvas.width / wide);
    draw(context, who, { picture: { left: 0, top: 0, width: wide, height: wide * canvas.height / canvas.width }, frameWidth: source.width_px,
      shown: { boxes: true, skeletons: false, scores: true }, deed });
    context.restore();
  }

  return { at, draw, drawStill, name };
})();
