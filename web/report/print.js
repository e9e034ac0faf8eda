"use strict";
// Paper. A clip cannot be printed, so its pictures are: the page's print button takes some from every clip, with the people
// drawn in them. A print that does not come from the button has the poster of each event.
{
  const { element, icon, data, boxes, moments, t } = Vigil;
  const { width_px: width, height_px: height } = data.source;
  const pictures = 6;
  const widest = 800;  // pixels; a third of a page is no sharper
  const waiting = [];  // functions that take an event's pictures, each once

  const once = (node, name, within) => new Promise((fulfil, reject) => {
    node.addEventListener(name, fulfil, { once: true });
    node.addEventListener("error", reject, { once: true });
    setTimeout(reject, within);
  });

  // Times of frames that people were looked for in, so that boxes fit exactly.
  function timesOf({ clip, begin_s: begin, end_s: end, first_violent_s: first, boxes: entries }) {
    const last = clip.end_s - 0.05;
    const spread = Array.from({ length: pictures }, (_, i) => begin + (end - begin) * (i + 0.5) / pictures);
    const nearest = spread.reduce((best, time, i) => Math.abs(time - first) < Math.abs(spread[best] - first) ? i : best, 0);
    const wanted = spread.with(nearest, first).map(time => Math.min(last, Math.max(clip.begin_s, time)));
    const fitting = time => !entries || entries.length === 0 ? time
      : entries.reduce((best, [at]) => at <= last && Math.abs(at - time) < Math.abs(best - time) ? at : best, entries[0][0]);
    return [...new Set(wanted.map(fitting))].sort((a, b) => a - b);
  }

  async function take(video, event, deed, time) {
    video.currentTime = Math.max(0, time - event.clip.begin_s + 0.002);
    await once(video, "seeked", 5000);
    const canvas = element("canvas", { width: Math.min(widest, width), height: Math.round(height * Math.min(1, widest / width)), "aria-hidden": "true" });
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    if (event.boxes) boxes.drawStill(canvas, boxes.at(event.boxes, time), { source: data.source, wide: 300, deed: person => deed(person, time) });
    return element("figure", {}, canvas, element("figcaption", {}, moments.moment(time)));
  }

  // Gives the event's article its pictures when they are asked for.
  Vigil.stills = (article, event, deed) => {
    if (!event.clip) return;
    waiting.push(async () => {
      const video = element("video", { src: event.clip.file, preload: "auto", muted: true });
      const row = element("div", { class: "stills paper" });
      try {
        await once(video, "loadeddata", 5000);
        for (const time of timesOf(event)) row.append(await take(video, event, deed, time));
      } catch {
        // A browser that cannot play the clip prints what it has.
      }
      video.removeAttribute("src");
      video.load();
      if (row.childElementCount > 0) article.append(row);
    });
  };

  const ready = image => {
    image.loading = "eager";
    return image.decode().catch(() => {});
  };
  addEventListener("beforeprint", () => document.querySelectorAll("img").forEach(ready));

  const printer = "M7 8V3.5h10V8M7 17H4.5a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H17M7 13.5h10v7H7z";
  const label = element("span", {}, t`Print / save as PDF`);
  const button = element("button", { type: "button", class: "print screen" }, icon(printer), label);
  let busy = false;
  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    const all = waiting.length;
    while (waiting.length > 0) {
      label.textContent = t`Taking pictures, event ${all - waiting.length + 1} of ${all} …`;
      await waiting.shift()();
    }
    await Promise.all([...document.querySelectorAll("main img")].map(ready));
    label.textContent = t`Print / save as PDF`;
    busy = false;
    print();
  });
  addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    button.click();
  });
  document.querySelector(".masthead").append(button);
}
