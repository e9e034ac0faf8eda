"use strict";
// The page of `vigil analyze`. Its data: events.json (docs/events-json.md) with "timeline", "people_timeline" and "strip" added.
(() => {
  const { data, element, icon, facts, table, chart, number, clock, percent, compact, moments, about, eventView } = Vigil;
  const { analysis, events, people } = data;
  const { length, seconds } = about;
  const { moment } = moments;
  const place = id => document.getElementById(id);
  const whole = seconds => clock(Math.floor(seconds));
  const isViolence = event => event.kind === "violence";
  const violence = events.filter(isViolence);
  const views = new Map();

  const shapes = {
    calm: "M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19zM7.8 12.4l2.9 2.9 5.6-6",
    watch: "M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7zM12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    alert: "M12 3.2 1.9 20.5h20.2L12 3.2zM12 10v4.6M12 17.6v.1",
  };

  function verdict() {
    const all = [...events, data.in_progress].filter(Boolean);
    const tone = all.some(isViolence) ? "alert" : all.length > 0 ? "watch" : "calm";
    const highest = data.highest
      ? `The highest score ${violence.length < events.length ? "of violence " : ""}is ${number(data.highest.score, 2)}, at ${moment(data.highest.time_s)}; an event needs ${number(analysis.threshold_on, 2)}.`
      : null;
    const named = violence.length > 0 ? violence : events;
    const ranges = named.slice(0, 4).map(event => moments.span(event.begin_s, event.end_s)).join("; ");
    const sentence = (ranges ? `At ${ranges}${named.length > 4 ? " and more" : ""}. ` : "") + (highest || "");
    place("verdict").append(element("div", { class: `verdict ${tone}`, role: "status" }, icon(shapes[tone]),
      element("div", {}, element("h2", {}, data.headline + "."), sentence ? element("p", {}, sentence) : null)));
    if (data.interrupted) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" },
        `The analysis was interrupted at ${moment(data.analysed_until_s)}; what comes after was not looked at.`));
    } else if (!data.complete) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" },
        `The analysis was still running when this page was written, at ${moment(data.analysed_until_s)}.`));
    }
    for (const warning of data.warnings) {
      place("verdict").append(element("p", { class: "notice", style: "margin-top:1rem" }, warning));
    }
  }

  function overview() {
    const violent = violence.reduce((sum, event) => sum + event.end_s - event.begin_s, 0);
    place("facts").append(facts([
      { label: "Video", value: whole(data.analysed_until_s), note: data.complete ? "analysed in full" : `of ${length ? whole(length) : "unknown length"}` },
      { label: "Events", value: String(events.length), note: data.in_progress ? "and one still running"
        : violence.length < events.length ? `${violence.length} of violence, ${events.length - violence.length} of rules` : null },
      { label: violence.length < events.length ? "Inside violence" : "Inside events", value: percent(violent / Math.max(data.analysed_until_s, 1e-6)), note: seconds(Number(violent.toFixed(1))) },
      { label: "Highest score", value: data.highest ? number(data.highest.score, 2) : "–", note: data.highest ? `at ${moment(data.highest.time_s)}` : null },
      { label: "Looked at", value: String(data.windows), note: `windows of ${seconds(analysis.window_s)}` },
    ]));
  }

  const bands = violence.map(event => ({ from: event.begin_s, to: event.end_s }));

  // The events of each rule as bars over the video's time, those that overlap beneath each other.
  function lanes() {
    const byRule = new Map();
    for (const event of events) {
      if (isViolence(event)) continue;
      const name = event.rule || event.kind;
      byRule.set(name, [...(byRule.get(name) || []), event]);
    }
    if (byRule.size === 0) return null;
    const share = at => `${(100 * at / Math.max(data.analysed_until_s, 1e-3)).toFixed(3)}%`;
    const bar = event => {
      const text = `Event ${event.id}, ${event.rule || event.kind}, ${moments.span(event.begin_s, event.end_s)}`;
      return element("a", { href: `#event-${event.id}`, title: text, "aria-label": text,
        style: `left:${share(event.begin_s)};width:${share(event.end_s - event.begin_s)}` }, String(event.id));
    };
    return element("ul", { class: "lanes watch", "aria-label": "Events of rules" }, [...byRule].map(([name, all]) => {
      const rows = [];
      for (const event of [...all].sort((a, b) => a.begin_s - b.begin_s)) {
        const free = rows.find(row => row[row.length - 1].end_s <= event.begin_s);
        if (free) free.push(event);
        else rows.push([event]);
      }
      return element("li", {}, element("span", {}, name), rows.map(row => element("div", { class: "lane" }, row.map(bar))));
    }));
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
        (violence.length ? ". Shaded: events; dashed lines upward: first violent frames." : "."),
      hint: violence.length ? " Click an event to play it." : "",
      x: { ...moments.axis, values: middles, range: [0, Math.max(data.analysed_until_s, 1e-3)] },
      y: { label: "score", range: [0, 1], format: value => number(value, 2), tick: compact },
      series: [
        { label: joined ? "highest" : "score", values: data.timeline.map(point => point[3]), fill: true },
        ...(joined ? [{ label: "lowest", values: data.timeline.map(point => point[2]) }] : []),
        { label: "opens an event", values: level(analysis.threshold_on), plain: true },
        { label: "keeps it open", values: level(analysis.threshold_off), plain: true },
      ],
      bands,
      marks: violence.slice(0, 40).map(event => ({ x: event.first_violent_s, label: violence.length <= 12 ? String(event.id) : "", tone: "--alert" })),
      under: lanes(),
      height: 260,
      onPick: at => {
        const event = violence.find(one => at >= one.begin_s && at <= one.end_s);
        if (event) views.get(event).play(at);
      },
    });
    if (data.strip.length > 0) {
      sheet.append(element("ul", { class: "strip", style: `--pictures:${data.strip.length}`, "aria-label": "Pictures spread over the video" },
        data.strip.map(picture => element("li", {},
          element("img", { src: picture.file, alt: `The video at ${moment(picture.time_s, 0)}`, loading: "lazy" }),
          element("span", {}, whole(picture.time_s), moments.known ? element("small", {}, moments.tick(picture.time_s)) : null)))));
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
      { label: "Most at once", value: String(people.most_at_once), note: `first at ${moment(people.most_at_s)}` },
      { label: "On average", value: number(people.mean, 1), note: "in a frame" },
      { label: "Looked at", value: String(people.frames), note: `frames${people.still_frames > 0 ? `, nothing moved in ${people.still_frames}` : ""}` },
    ]));
    const joined = data.people_timeline.some(([, , least, most]) => least !== most);
    chart(sheet, {
      title: "People in the picture",
      summary: "Who is hidden for a moment counts" + (joined ? "; neighbouring frames share a point, which shows the most and the least people in them." : "."),
      x: { ...moments.axis, values: data.people_timeline.map(([begin]) => begin), range: [0, Math.max(data.analysed_until_s, 1e-3)] },
      y: { label: "people", range: [0, people.most_at_once + 1], format: String, tick: value => Number.isInteger(value) ? String(value) : "" },
      series: [
        { label: joined ? "most" : "people", values: data.people_timeline.map(point => point[3]), fill: true, steps: true, bare: true },
        ...(joined ? [{ label: "least", values: data.people_timeline.map(point => point[2]), steps: true, bare: true }] : []),
      ],
      bands,
      height: 180,
    });
  }

  function listEvents() {
    if (events.length === 0) return;
    place("events").hidden = false;
    const rules = violence.length < events.length;
    const wall = moments.known ? [{ label: "On the clock", number: true }] : [];
    place("all-events").hidden = events.length < 2;
    place("all-events").append(table({
      caption: "All events",
      columns: [{ label: "Event" }, ...(rules ? [{ label: "What" }, { label: "Rule" }] : []), { label: "Begins", number: true }, ...wall,
        { label: rules ? "First frame of it" : "First violent frame", number: true }, { label: "Peak", number: true },
        { label: "Ends", number: true }, { label: "Highest score", number: true }, { label: "Mean score", number: true }],
      rows: events.map(event => [element("a", { href: `#event-${event.id}` }, String(event.id)),
        ...(rules ? [event.kind, event.rule || "–"] : []), clock(event.begin_s, 1), ...(moments.known ? [moments.wall(event.begin_s)] : []),
        clock(event.first_violent_s, 3), clock(event.peak_s, 3), clock(event.end_s, 1), number(event.score, 3), number(event.mean_score, 3)]),
    }));
    for (const event of events) views.set(event, eventView(place("event-list"), event, "h3"));
  }

  function annotated() {
    if (!data.files.annotated) return;
    place("annotated").hidden = false;
    const file = data.files.annotated;
    const video = element("video", { src: file, poster: data.strip.length > 0 ? data.strip[0].file : null, controls: true, preload: "metadata",
      playsinline: true, muted: true, "aria-label": "The video with scores drawn on it" });
    const sheet = place("annotated").querySelector(".sheet");
    sheet.append(video);
    video.addEventListener("error", () => sheet.append(element("p", { class: "note" },
      "This browser cannot play it; open ", element("a", { href: file }, file), " in a video player.")), { once: true });
  }

  about.subtitle(place("subtitle"));
  verdict();
  overview();
  timeline();
  listPeople();
  listEvents();
  annotated();
  about.method(place("method").querySelector(".sheet"), ["events.json", data.files.scores, data.files.tracks, data.files.annotated]);
})();
