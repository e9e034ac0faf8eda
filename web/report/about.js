"use strict";
// What the pages of an analysis and of an event say of the video and of how it was looked at.
Vigil.about = (() => {
  const { data, element, number, clock, moments } = Vigil;
  const { source, analysis, people } = data;
  const length = source.duration_s || data.analysed_until_s;
  const seconds = value => `${Number(value.toFixed(3))} s`;

  function subtitle(place) {
    const rate = source.frame_rate > 0 ? `${Number(source.frame_rate.toFixed(2))} frames/s` : null;
    place.textContent = [length ? clock(Math.floor(length)) : null, `${source.width_px} × ${source.height_px}`, rate, source.codec].filter(Boolean).join(" · ");
    if (moments.known) place.append(element("br"), `Began ${moments.began()}`);
  }

  function method(place, files) {
    const rows = [
      ["Video", source.name],
      ["Classifier", analysis.classifier],
      ...(analysis.person_model ? [["People judged by", analysis.person_model]] : []),
      ...(analysis.rules > 0 ? [["Rules", String(analysis.rules)]] : []),
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
      ...(source.live ? [] : [
        ["Frames decoded", String(source.frames)],
        ["Corrupt packets skipped", String(source.corrupt_packets)],
        ["Times mended", String(source.mended_times)],
      ]),
      ...(moments.known ? [[source.live ? "The watch began" : "The video began", moments.began()]] : []),
      ["Made by", analysis.program],
    ];
    place.append(
      element("dl", { class: "settings" }, rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
      element("p", { style: "margin:1rem 0 0" }, "Files: ", files.filter(Boolean).flatMap((file, i) => [i ? ", " : "", element("a", { href: file }, file)])));
  }

  return { length, seconds, subtitle, method };
})();
