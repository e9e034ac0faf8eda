"use strict";
// The page of `vigil analyze`. Its data: events.json (docs/events-json.md) with "timeline", "people_timeline" and "strip" added.
(() => {
  const { data, element, facts, table, chart, number, clock, percent } = Vigil;
  const { source, analysis, events, people } = data;
  const length = source.duration_s || data.analysed_until_s;
  const place = id => document.getElementById(id);
  const whole = seconds => clock(Math.floor(seconds));
  const short = seconds => clock(seconds, 1);
  const exact = seconds => clock(seconds, 3);
  const seconds = value => `${Number(value.toFixed(3))} s`;

  function icon(shape) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2",
      "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    svg.append(path);
    return svg;
  }
  const shapes = { calm: "M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19zM7.8 12.4l2.9 2.9 5.6-6", alert: "M12 3.2 1.9 20.5h20.2L12 3.2zM12 10v4.6M12 17.6v.1" };

  function verdict() {
    const found = data.outcome === "violence";
    const tone = found ? "alert" : "calm";
    const highest = data.highest
      ? `The highest score is ${number(data.highest.score, 2)}, at ${short(data.highest.time_s)}; an event needs ${number(analysis.threshold_on, 2)}.`
      : null;
    const ranges = events.slice(0, 4).map(event => `${short(event.begin_s)}–${short(event.end_s)}`).join(", ");
    const sentence = found ? (ranges ? `At ${ranges}${events.length > 4 ? " and more" : ""}. ` : "") + (highest || "") : highest;
    place("verdict").append(element("div", { class: `verdict ${tone}`, role: "status" }, icon(shapes[tone]),
      element("div", {}, element("h2", {}, data.headline + "."), sentence ? element("p", {}, sentence) : null)));
    if (data.interrupted) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" },
        `The analysis was interrupted at ${short(data.analysed_until_s)}; what comes after was not looked at.`));
    } else if (!data.complete) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" },
        `The analysis was still running when this page was written, at ${short(data.analysed_until_s)}.`));
    }
    for (const warning of data.warnings) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" }, warning));
    }
  }

  function overview() {
    const violent = events.reduce((sum, event) => sum + event.end_s - event.begin_s, 0);
    place("facts").append(facts([
      { label: "Video", value: whole(data.analysed_until_s), note: data.complete ? "analysed in full" : `of ${length ? whole(length) : "unknown length"}` },
      { label: "Events", value: String(events.length), note: data.in_progress ? "and one still running" : null },
      { label: "Inside events", value: percent(violent / Math.max(data.analysed_until_s, 1e-6)), note: seconds(Number(violent.toFixed(1))) },
      { label: "Highest score", value: data.highest ? number(data.highest.score, 2) : "–", note: data.highest ? `at ${short(data.highest.time_s)}` : null },
      { label: "Looked at", value: String(data.windows), note: `windows of ${seconds(analysis.window_s)}` },
    ]));
  }

  function timeline() {
    const sheet = place("timeline").querySelector(".sheet");
    if (data.timeline.length === 0) {
      sheet.append(element("p", {}, "No window has been scored yet."));
      return;
    }
    const middles = data.timeline.map(([begin, end]) => (begin + end) / 2);
    const joined = data.timeline.some(([, , low, high]) => low !== high);
    const level = value => middles.map(() => value);
    chart(sheet, {
      title: "Probability of violence",
      summary: `Each point is a window of ${seconds(analysis.window_s)}, drawn at its middle` +
        (joined ? "; neighbouring windows share a point, which shows the highest and the lowest of them" : "") +
        (events.length ? ". Shaded: events; dashed lines upward: first violent frames. Click an event to play it." : "."),
      x: { label: "time in the video", values: middles, kind: "time", range: [0, Math.max(data.analysed_until_s, 1e-3)] },
      y: { label: "score", range: [0, 1], format: value => number(value, 2), tick: value => number(value, 1) },
      series: [
        { label: joined ? "highest" : "score", values: data.timeline.map(point => point[3]), fill: true },
        ...(joined ? [{ label: "lowest", values: data.timeline.map(point => point[2]) }] : []),
        { label: "opens an event", values: level(analysis.threshold_on), plain: true },
        { label: "keeps it open", values: level(analysis.threshold_off), plain: true },
      ],
      bands: events.map(event => ({ from: event.begin_s, to: event.end_s })),
      marks: events.slice(0, 40).map(event => ({ x: event.first_violent_s, label: events.length <= 12 ? String(event.id) : "" })),
      height: 260,
      onPick: at => {
        const event = events.find(one => at >= one.begin_s && at <= one.end_s);
        if (event) play(event, at);
      },
    });
    if (data.strip.length > 0) {
      sheet.append(element("ul", { class: "strip", style: `--pictures:${data.strip.length}`, "aria-label": "Pictures spread over the video" },
        data.strip.map(picture => element("li", {},
          element("img", { src: picture.file, alt: `The video at ${whole(picture.time_s)}`, loading: "lazy" }),
          element("span", {}, whole(picture.time_s))))));
    }
  }

  function listPeople() {
    if (!people || people.frames === 0) return;
    place("people").hidden = false;
    const sheet = place("people").querySelector(".sheet");
    if (people.people === 0) {
      sheet.append(element("p", {}, `Nobody was found in ${people.frames} frames.`));
      return;
    }
    sheet.append(facts([
      { label: "Followed", value: String(people.people), note: people.people === 1 ? "person" : "people" },
      { label: "Most at once", value: String(people.most_at_once), note: `first at ${short(people.most_at_s)}` },
      { label: "On average", value: number(people.mean, 1), note: "in a frame" },
      { label: "Looked at", value: String(people.frames), note: `frames${people.still_frames > 0 ? `, nothing moved in ${people.still_frames}` : ""}` },
    ]));
    const joined = data.people_timeline.some(([, , least, most]) => least !== most);
    chart(sheet, {
      title: "People in the picture",
      summary: "Who is hidden for a moment counts" + (joined ? "; neighbouring frames share a point, which shows the most and the least people in them." : "."),
      x: { label: "time in the video", values: data.people_timeline.map(([begin]) => begin), kind: "time", range: [0, Math.max(data.analysed_until_s, 1e-3)] },
      y: { label: "people", range: [0, people.most_at_once + 1], format: String, tick: value => Number.isInteger(value) ? String(value) : "" },
      series: [
        { label: joined ? "most" : "people", values: data.people_timeline.map(point => point[3]), fill: true, steps: true, bare: true },
        ...(joined ? [{ label: "least", values: data.people_timeline.map(point => point[2]), steps: true, bare: true }] : []),
      ],
      bands: events.map(event => ({ from: event.begin_s, to: event.end_s })),
      height: 180,
    });
  }

  // at: time in the video.
  function play(event, at) {
    const card = place(`event-${event.id}`);
    const video = card && card.querySelector("video");
    if (!video) return;
    card.scrollIntoView({ block: "center" });
    video.currentTime = Math.max(0, at - event.clip.begin_s);
    video.play().catch(() => {});
  }

  // picture: what stands there until the video plays, and on paper.
  function player(file, label, picture) {
    const video = element("video", { src: file, ...(picture ? { poster: picture.file } : {}), controls: true, preload: "metadata", playsinline: true, muted: true, "aria-label": label });
    const holder = element("div", {}, video);
    video.addEventListener("error", () => holder.append(element("p", { class: "note" },
      "This browser cannot play the clip; open ", element("a", { href: file }, file), " in a video player.")), { once: true });
    return holder;
  }

  function card(event) {
    const { clip, poster } = event;
    const moment = (label, at) => {
      const button = element("button", { type: "button" }, label);
      button.addEventListener("click", () => play(event, at));
      return button;
    };
    const view = clip ? player(clip.file, `Clip of event ${event.id}`, poster)
      : poster ? element("img", { class: "poster", src: poster.file, alt: `First violent frame of event ${event.id}` })
        : element("p", { class: "note" }, "There is no clip of this event.");
    const rows = [
      ["Time", `${short(event.begin_s)} to ${short(event.end_s)} (${seconds(Number((event.end_s - event.begin_s).toFixed(1)))})`],
      ["First violent frame", exact(event.first_violent_s)],
      ["Peak", exact(event.peak_s)],
      ["Score", `${number(event.score, 2)} at the peak, ${number(event.mean_score, 2)} on average`],
      ...(clip ? [["Clip", `${short(clip.begin_s)} to ${short(clip.end_s)}${clip.reencoded ? ", re-encoded to play in a browser" : ", original quality"}`]] : []),
    ];
    return element("article", { class: "sheet event", id: `event-${event.id}` }, view, element("div", {},
      element("h3", {}, `Event ${event.id}`, element("span", { class: "badge" }, `${event.kind} ${number(event.score, 2)}`)),
      element("dl", {}, rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
      clip ? element("div", { class: "jump" }, moment("Play from the first violent frame", event.first_violent_s), moment("Play the peak", event.peak_s)) : null,
      poster && clip ? element("figure", {},
        element("img", { src: poster.file, alt: `The frame at ${exact(poster.time_s)}`, loading: "lazy" }),
        element("figcaption", {}, `First violent frame, at ${exact(poster.time_s)}`)) : null,
      event.notes.map(note => element("p", { class: "note" }, note))));
  }

  function listEvents() {
    if (events.length === 0) return;
    const section = place("events");
    section.hidden = false;
    section.append(...events.map(card));
    section.append(element("div", { class: "sheet" }, table({
      caption: "All events",
      columns: [{ label: "Event" }, { label: "Begins", number: true }, { label: "First violent frame", number: true }, { label: "Peak", number: true },
        { label: "Ends", number: true }, { label: "Highest score", number: true }, { label: "Mean score", number: true }],
      rows: events.map(event => [element("a", { href: `#event-${event.id}` }, String(event.id)), short(event.begin_s), exact(event.first_violent_s),
        exact(event.peak_s), short(event.end_s), number(event.score, 3), number(event.mean_score, 3)]),
    })));
  }

  function annotated() {
    if (!data.files.annotated) return;
    place("annotated").hidden = false;
    place("annotated").querySelector(".sheet").append(player(data.files.annotated, "The video with scores drawn on it", data.strip[0]));
  }

  function method() {
    const rows = [
      ["Classifier", analysis.classifier],
      ["Window", `${seconds(analysis.window_s)}, ${analysis.frames_per_window} frames of it`],
      ["Stride", seconds(analysis.stride_s)],
      ["An event opens at", number(analysis.threshold_on, 2)],
      ["and stays open down to", number(analysis.threshold_off, 2)],
      ["Smoothing", analysis.smoothing_s > 0 ? seconds(analysis.smoothing_s) : "off"],
      ["Shortest event", seconds(analysis.min_duration_s)],
      ["Merged when closer than", seconds(analysis.merge_gap_s)],
      ["Clips", `${seconds(analysis.pre_roll_s)} before, ${seconds(analysis.post_roll_s)} after`],
      ...(people ? [
        ["People found by", people.detector || "–"],
        ["Poses by", people.pose || "–"],
        ["Known again by", people.embedder || "–"],
        ["People looked for", `${Number(people.rate_fps.toFixed(2))} times a second`],
      ] : []),
      ["Frames decoded", String(source.frames)],
      ["Corrupt packets skipped", String(source.corrupt_packets)],
      ["Times mended", String(source.mended_times)],
      ["Made by", analysis.program],
    ];
    const files = ["events.json", data.files.scores, data.files.tracks, data.files.annotated].filter(Boolean);
    place("method").querySelector(".sheet").append(
      element("dl", { class: "settings" }, rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
      element("p", { style: "margin:1rem 0 0" }, "Files: ", files.flatMap((file, i) => [i ? ", " : "", element("a", { href: file }, file)])));
  }

  const rate = source.frame_rate > 0 ? `${Number(source.frame_rate.toFixed(2))} frames/s` : null;
  place("subtitle").textContent = [length ? whole(length) : null, `${source.width_px} × ${source.height_px}`, rate, source.codec].filter(Boolean).join(" · ");
  verdict();
  overview();
  timeline();
  listPeople();
  listEvents();
  annotated();
  method();
})();
