"use strict";
// One event: its clip with people drawn in it, scores, people and times. The report has many, the page of an event has one.
//
//   const { play } = Vigil.eventView(parent, event, "h3");   // puts it into the parent, under a heading of that level
//   play(time);                                              // shows the clip and plays it from that time of the video
Vigil.eventView = (() => {
  const { data, element, chart, whenNear, number, compact, moments, boxes, player, people, stills } = Vigil;
  const { source, analysis } = data;
  const { moment, span } = moments;
  for (const event of [...data.events, data.in_progress].filter(Boolean)) event.kind ||= "violence";
  const seconds = value => `${Number(value.toFixed(3))} s`;
  const within = (zone, where) => zone ? `${where} “${zone}”` : "";

  const detectorScore = event => `${number(event.score, 2)}: how sure the detector was of the person`;
  const times = score => score >= 1 ? "2 times or more" : `${number(2 * score, 1)} times`;
  // What is said of each kind of event. deed: on people in the picture; limit: the score at which the rule holds.
  const rule = { tone: "watch", deed: "", peak: "Play the most certain moment", chart: "How sure the detector was", curve: "certainty", score: detectorScore, personScore: "Certainty", never: "not told" };
  const kinds = {
    violence: {
      tone: "alert", what: () => "Violence", deed: "violent", first: "First violent frame", play: "Play from the first violent frame",
      peak: "Play the peak", chart: "Probability of violence", curve: "scene", score: event => `${number(event.score, 2)} at the peak, ${number(event.mean_score, 2)} on average`,
      personFirst: "First violent", personScore: "Highest score", never: "never clearly violent",
    },
    zone: {
      ...rule, what: zone => `Somebody in ${zone ? `the zone “${zone}”` : "a zone"}`, deed: "in zone", first: "First in the zone",
      play: "Play from the first frame in it", personFirst: "In the zone from",
    },
    line: {
      ...rule, what: zone => `Somebody crossed ${zone ? `the line “${zone}”` : "a line"}`, deed: "crossed", first: "First beyond the line",
      play: "Play from the crossing", personFirst: "Crossed at",
    },
    loitering: {
      ...rule, what: zone => `Somebody stayed ${zone ? `in the zone “${zone}”` : "at one place"}`, deed: "loitering", first: "There from",
      play: "Play from the first frame there", personFirst: "There from",
    },
    crowd: {
      ...rule, what: zone => `Many people at once${within(zone, " in the zone")}`, deed: "in crowd", first: "First with so many",
      play: "Play from the first frame with so many", peak: "Play when it was fullest", chart: "How full it was", curve: "fullness", limit: 0.5,
      score: event => `at its fullest ${event.score < 0.525 ? "" : `${times(event.score)} `}as many people as the rule names`, personFirst: "In the crowd from",
    },
    running: {
      ...rule, what: zone => `Somebody ran${within(zone, " in the zone")}`, deed: "running", first: "First at that speed",
      play: "Play from the first fast frame", peak: "Play the fastest moment", chart: "How fast it was", curve: "speed", limit: 0.5,
      score: event => `at the fastest ${times(event.score)} the speed that the rule names`, personFirst: "Ran from", personScore: "Speed",
    },
  };
  const wordsOf = kind => kinds[kind] || { ...rule, what: () => kind || "Event", first: "First frame", play: "Play from the first frame", personFirst: "From" };

  const middle = ([begin, end]) => (begin + end) / 2;
  // [[time, score or null], …]; a null stands where windows are missing, so that no line is drawn across.
  function curve(windows) {
    const steps = windows.slice(1).map((window, i) => middle(window) - middle(windows[i])).sort((a, b) => a - b);
    const usual = steps[steps.length >> 1];
    return windows.flatMap((window, i) => {
      const gap = i > 0 && middle(window) - middle(windows[i - 1]) > 2.5 * usual;
      return [...(gap ? [[(middle(window) + middle(windows[i - 1])) / 2, null]] : []), [middle(window), window[2]]];
    });
  }

  // The scene's windows in the clip: all of them where the page knows them one by one, else the event's own.
  function sceneWindows(event, from, to) {
    if (event.kind !== "violence" || !data.timeline) return event.windows;
    const near = data.timeline.filter(([begin, end]) => end > from && begin < to);
    const single = near.length >= event.windows.length && near.every(([, , low, high]) => low === high);
    return single ? near.map(([begin, end, , high]) => [begin, end, high]) : event.windows;
  }

  const mostCurves = 6;

  function scores(parent, event, { words, heading, from, to, seek }) {
    const told = (event.people || []).filter(person => person.curve && person.curve.length > 1)
      .sort((a, b) => (b.score || 0) - (a.score || 0)).slice(0, mostCurves);
    const lines = [{ label: words.curve, points: curve(sceneWindows(event, from, to)) },
      ...told.map(person => ({ label: `person ${person.id}`, id: person.id, points: curve(person.curve) }))];
    if (lines.every(line => line.points.length < 2)) return { follow: () => {}, indexOf: () => -1 };
    const x = [...new Set(lines.flatMap(line => line.points.map(point => point[0])))].sort((a, b) => a - b);
    const place = new Map(x.map((value, i) => [value, i]));
    const values = points => points.reduce((all, [time, score]) => { all[place.get(time)] = score; return all; }, new Array(x.length).fill(undefined));
    const level = (label, value) => ({ label, values: x.map(() => value), plain: true });
    const levels = event.kind === "violence"
      ? [level("opens an event", analysis.threshold_on), level("keeps it open", analysis.threshold_off)]
      : words.limit ? [level("the rule's limit", words.limit)] : [];
    const { follow } = chart(parent, {
      heading,
      title: words.chart,
      summary: `Shaded: the event. Dashed upward: ${words.first.toLowerCase()}.` + (event.people && event.people.length > told.length && told.length === mostCurves ? ` The ${mostCurves} people with the highest scores are drawn.` : ""),
      hint: seek ? " The line follows the clip; press or drag to move it." : "",
      x: { ...moments.axis, values: x, range: [from, Math.max(to, from + 0.1)] },
      y: { label: words.limit ? "0.5: the rule's limit" : "score", range: [0, 1], format: value => number(value, 2), tick: compact },
      series: [...lines.map((line, i) => ({ label: line.label, values: values(line.points), fill: i === 0 })), ...levels],
      bands: [{ from: event.begin_s, to: event.end_s, tone: `--${words.tone}` }],
      marks: [{ x: event.first_violent_s, label: words.first.toLowerCase(), tone: `--${words.tone}` }],
      height: 230,
      late: true,
      onScrub: seek,
    });
    return { follow, indexOf: id => lines.findIndex(line => line.id === id) };
  }

  // The picture with the people in it at that time, for the page and for paper.
  function still(picture, event, deed, text, seek) {
    const frame = people.thumbnail([{ ...picture, text }], 0, seek);
    if (event.boxes) {
      whenNear(frame, () => {
        const width = Math.min(source.width_px, 1280);
        const canvas = element("canvas", { width, height: Math.round(width * source.height_px / source.width_px), "aria-hidden": "true" });
        boxes.drawStill(canvas, boxes.at(event.boxes, picture.time_s), { source, wide: 480, deed: person => deed(person, picture.time_s) });
        frame.append(canvas);
      });
    }
    return frame;
  }

  const below = heading => `h${Number(heading[1]) + 1}`;

  return (parent, event, heading) => {
    const part = text => element(below(heading), { class: "part" }, text);
    const words = wordsOf(event.kind);
    const { clip, poster } = event;
    const tone = words.tone;
    const involved = new Map((event.people || []).map(person => [person.id, person]));
    const deed = (person, time) => {
      const known = event.kind !== "violence" && involved.get(person.id);
      if (!known || time > event.end_s) return null;
      return time >= (Number.isFinite(known.first_s) ? known.first_s : event.begin_s) - 0.001 ? words.deed : null;
    };

    const view = clip ? player({ file: clip.file, label: `Clip of event ${event.id}`, picture: poster, begin_s: clip.begin_s, end_s: clip.end_s,
      frameRate: source.frame_rate, width: source.width_px, height: source.height_px, entries: event.boxes || null, deed,
      band: { from: event.begin_s, to: event.end_s, tone }, first: event.first_violent_s }) : null;
    const seek = view && (at => {
      view.seek(at);
      if (view.root.getBoundingClientRect().top < 0 || view.root.getBoundingClientRect().bottom > innerHeight) view.root.scrollIntoView({ block: "center" });
    });
    const play = at => {
      if (!view) return;
      view.root.scrollIntoView({ block: "center" });
      view.play(at);
    };
    const jump = (label, at) => {
      const button = element("button", { type: "button" }, label);
      button.addEventListener("click", () => play(at));
      return button;
    };

    const firstText = poster ? `${words.first}, at ${moment(poster.time_s, 3)}` : "";
    const rows = [
      ["Time", `${span(event.begin_s, event.end_s)} (${seconds(Number((event.end_s - event.begin_s).toFixed(1)))})`],
      [words.first, moment(event.first_violent_s, 3)],
      ["Peak", moment(event.peak_s, 3)],
      ["Score", words.score(event)],
      ...(clip ? [["Clip", `${span(clip.begin_s, clip.end_s)}${clip.reencoded ? ", encoded anew" : ", original quality"}`]] : []),
    ];
    const files = [clip && [clip.file, "Clip"], event.boxes_file && [event.boxes_file, "Boxes"], poster && [poster.file, "Picture"]].filter(Boolean);

    const figure = poster && element("figure", { class: "poster" }, still(poster, event, deed, firstText, seek), element("figcaption", {}, firstText));
    const graph = element("figure", { class: "scores" });
    const root = element("article", { class: `sheet event ${tone}`, id: `event-${event.id}`, tabindex: "-1", "aria-labelledby": `event-${event.id}-name` },
      element("header", {},
        element(heading, { id: `event-${event.id}-name` }, `Event ${event.id}`, event.rule ? element("span", { class: "rule" }, event.rule) : null,
          element("span", { class: "badge" }, `${event.kind} ${number(event.score, 2)}`),
          event.page ? element("a", { class: "alone screen", href: event.page }, "Open by itself") : null),
        event.kind === "violence" ? null : element("p", { class: "what" }, `${words.what(event.zone)}.`)),
      view ? view.root : poster ? null : element("p", { class: "note absent" }, "There is no clip of this event."),
      poster && !clip ? figure : null,
      element("div", { class: "side" }, element("div", { class: "told" },
        element("dl", {}, rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
        clip ? element("div", { class: "jump screen" }, jump(words.play, event.first_violent_s), jump(words.peak, event.peak_s)) : null,
        event.notes.map(note => element("p", { class: "note" }, note)),
        files.length > 0 ? element("p", { class: "files" }, "Files: ", files.flatMap(([file, name], i) =>
          [i ? ", " : "", element("a", { href: file, download: true, class: "screen" }, name), element("span", { class: "paper" }, file)])) : null),
        poster && clip ? figure : null),
      graph);
    parent.append(root);
    const { follow, indexOf } = scores(graph, event, {
      words, heading: part(words.chart), seek,
      from: clip ? Math.min(clip.begin_s, event.begin_s) : event.begin_s,
      to: clip ? Math.max(clip.end_s, event.end_s) : event.end_s,
    });
    if (graph.childElementCount === 0) graph.remove();
    if (view) {
      view.follow(follow);
      view.keys(root);
    }
    if (event.people && event.people.length > 0) {
      root.append(element("div", { class: "involved" }, part("People involved"),
        people.list(event.people, { words, indexOf, seek, heading: below(below(heading)) })));
    }
    stills(root, event, deed);
    return { play };
  };
})();
