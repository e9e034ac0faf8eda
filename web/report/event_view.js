"use strict";
// One event: its clip with people drawn in it, scores, people and times. The report has many, the page of an event has one.
//
//   const { play } = Vigil.eventView(parent, event, "h3");   // puts it into the parent, under a heading of that level
//   play(time);                                              // shows the clip and plays it from that time of the video
Vigil.eventView = (() => {
  const { data, element, chart, whenNear, number, compact, moments, boxes, player, people, stills, t, told } = Vigil;
  const { source, analysis } = data;
  const { moment, span } = moments;
  for (const event of [...data.events, data.in_progress].filter(Boolean)) event.kind ||= "violence";
  const seconds = value => t`${Number(value.toFixed(3))} s`;

  // A note is a sentence of the program, or what it is of, as "Caption:", and somebody's own words.
  function noteText(note) {
    const begin = note.slice(0, note.indexOf(": ") + 1);
    const sentence = told(note);
    return sentence === note ? told(begin) + note.slice(begin.length) : sentence;
  }

  const detectorScore = event => t`${number(event.score, 2)}: how sure the detector was of the person`;
  const times = score => score >= 1 ? t`2 times or more` : t`${number(2 * score, 1)} times`;
  // What is said of each kind of event. deed: on people in the picture; limit: the score at which the rule holds.
  const rule = { tone: "watch", deed: "", peak: t`Play the most certain moment`, chart: t`How sure the detector was`, curve: t`certainty`, score: detectorScore, personScore: t`Certainty`, never: t`not told` };
  const kinds = {
    violence: {
      tone: "alert", what: () => t`Violence`, deed: t`violent`, first: t`First violent frame`, play: t`Play from the first violent frame`,
      peak: t`Play the peak`, chart: t`Probability of violence`, curve: t`scene`, score: event => t`${number(event.score, 2)} at the peak, ${number(event.mean_score, 2)} on average`,
      personFirst: t`First violent`, personScore: t`Highest score`, never: t`never clearly violent`,
    },
    zone: {
      ...rule, what: zone => zone ? t`Somebody in the zone “${zone}”` : t`Somebody in a zone`, deed: t`in zone`, first: t`First in the zone`,
      play: t`Play from the first frame in it`, personFirst: t`In the zone from`,
    },
    line: {
      ...rule, what: zone => zone ? t`Somebody crossed the line “${zone}”` : t`Somebody crossed a line`, deed: t`crossed`, first: t`First beyond the line`,
      play: t`Play from the crossing`, personFirst: t`Crossed at`,
    },
    loitering: {
      ...rule, what: zone => zone ? t`Somebody stayed in the zone “${zone}”` : t`Somebody stayed at one place`, deed: t`loitering`, first: t`There from`,
      play: t`Play from the first frame there`, personFirst: t`There from`,
    },
    crowd: {
      ...rule, what: zone => zone ? t`Many people at once in the zone “${zone}”` : t`Many people at once`, deed: t`in crowd`, first: t`First with so many`,
      play: t`Play from the first frame with so many`, peak: t`Play when it was fullest`, chart: t`How full it was`, curve: t`fullness`, limit: 0.5,
      score: event => event.score < 0.525 ? t`at its fullest as many people as the rule names` : t`at its fullest ${times(event.score)} as many people as the rule names`, personFirst: t`In the crowd from`,
    },
    running: {
      ...rule, what: zone => zone ? t`Somebody ran in the zone “${zone}”` : t`Somebody ran`, deed: t`running`, first: t`First at that speed`,
      play: t`Play from the first fast frame`, peak: t`Play the fastest moment`, chart: t`How fast it was`, curve: t`speed`, limit: 0.5,
      score: event => t`at the fastest ${times(event.score)} the speed that the rule names`, personFirst: t`Ran from`, personScore: t`Speed`,
    },
  };
  const wordsOf = kind => kinds[kind] || { ...rule, what: () => kind || t`Event`, first: t`First frame`, play: t`Play from the first frame`, personFirst: t`From` };

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
      ...told.map(person => ({ label: t`person ${person.id}`, id: person.id, points: curve(person.curve) }))];
    if (lines.every(line => line.points.length < 2)) return { follow: () => {}, indexOf: () => -1 };
    const x = [...new Set(lines.flatMap(line => line.points.map(point => point[0])))].sort((a, b) => a - b);
    const place = new Map(x.map((value, i) => [value, i]));
    const values = points => points.reduce((all, [time, score]) => { all[place.get(time)] = score; return all; }, new Array(x.length).fill(undefined));
    const level = (label, value) => ({ label, values: x.map(() => value), plain: true });
    const levels = event.kind === "violence"
      ? [level(t`opens an event`, analysis.threshold_on), level(t`keeps it open`, analysis.threshold_off)]
      : words.limit ? [level(t`the rule's limit`, words.limit)] : [];
    const { follow } = chart(parent, {
      heading,
      title: words.chart,
      summary: t`Shaded: the event. Dashed upward: ${words.first.toLowerCase()}.` + (event.people && event.people.length > told.length && told.length === mostCurves ? t` The ${mostCurves} people with the highest scores are drawn.` : ""),
      hint: seek ? t` The line follows the clip; press or drag to move it.` : "",
      x: { ...moments.axis, values: x, range: [from, Math.max(to, from + 0.1)] },
      y: { label: words.limit ? t`0.5: the rule's limit` : t`score`, range: [0, 1], format: value => number(value, 2), tick: compact },
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

    const view = clip ? player({ file: clip.file, label: t`Clip of event ${event.id}`, picture: poster, begin_s: clip.begin_s, end_s: clip.end_s,
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

    const firstText = poster ? t`${words.first}, at ${moment(poster.time_s, 3)}` : "";
    const rows = [
      [t`Time`, `${span(event.begin_s, event.end_s)} (${seconds(Number((event.end_s - event.begin_s).toFixed(1)))})`],
      [words.first, moment(event.first_violent_s, 3)],
      [t`Peak`, moment(event.peak_s, 3)],
      [t`Score`, words.score(event)],
      ...(clip ? [[t`Clip`, `${span(clip.begin_s, clip.end_s)}${clip.reencoded ? t`, encoded anew` : t`, original quality`}`]] : []),
    ];
    const files = [clip && [clip.file, t`Clip`], event.boxes_file && [event.boxes_file, t`Boxes`], poster && [poster.file, t`Picture`]].filter(Boolean);

    const figure = poster && element("figure", { class: "poster" }, still(poster, event, deed, firstText, seek), element("figcaption", {}, firstText));
    const graph = element("figure", { class: "scores" });
    const root = element("article", { class: `sheet event ${tone}`, id: `event-${event.id}`, tabindex: "-1", "aria-labelledby": `event-${event.id}-name` },
      element("header", {},
        element(heading, { id: `event-${event.id}-name` }, t`Event ${event.id}`, event.rule ? element("span", { class: "rule" }, event.rule) : null,
          element("span", { class: "badge" }, `${t([event.kind])} ${number(event.score, 2)}`),
          event.page ? element("a", { class: "alone screen", href: event.page }, t`Open by itself`) : null),
        event.kind === "violence" ? null : element("p", { class: "what" }, `${words.what(event.zone)}.`)),
      view ? view.root : poster ? null : element("p", { class: "note absent" }, t`There is no clip of this event.`),
      poster && !clip ? figure : null,
      element("div", { class: "side" }, element("div", { class: "told" },
        element("dl", {}, rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
        clip ? element("div", { class: "jump screen" }, jump(words.play, event.first_violent_s), jump(words.peak, event.peak_s)) : null,
        event.notes.map(note => element("p", { class: "note" }, noteText(note))),
        files.length > 0 ? element("p", { class: "files" }, t`Files: `, files.flatMap(([file, name], i) =>
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
      root.append(element("div", { class: "involved" }, part(t`People involved`),
        people.list(event.people, { words, indexOf, seek, heading: below(below(heading)) })));
    }
    stills(root, event, deed);
    return { play };
  };
})();
