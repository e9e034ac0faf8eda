"use strict";
// What the pages of an analysis and of an event say of the video and of how it was looked at.
Vigil.about = (() => {
  const { data, element, number, clock, moments, t } = Vigil;
  const { source, analysis, people } = data;
  const length = source.duration_s || data.analysed_until_s;
  const seconds = value => t`${Number(value.toFixed(3))} s`;

  function subtitle(place) {
    const rate = source.frame_rate > 0 ? t`${Number(source.frame_rate.toFixed(2))} frames/s` : null;
    place.textContent = [length ? clock(Math.floor(length)) : null, `${source.width_px} × ${source.height_px}`, rate, source.codec].filter(Boolean).join(" · ");
    if (moments.known) place.append(element("br"), t`Began ${moments.began()}`);
  }

  function method(place, files) {
    const rows = [
      [t`Video`, source.name],
      [t`Classifier`, analysis.classifier],
      ...(analysis.person_model ? [[t`People judged by`, analysis.person_model]] : []),
      ...(analysis.rules > 0 ? [[t`Rules`, String(analysis.rules)]] : []),
      [t`Window`, t`${seconds(analysis.window_s)}, ${analysis.frames_per_window} frames of it`],
      [t`Stride`, seconds(analysis.stride_s)],
      [t`An event opens at`, number(analysis.threshold_on, 2)],
      [t`and stays open down to`, number(analysis.threshold_off, 2)],
      [t`Smoothing`, analysis.smoothing_s > 0 ? seconds(analysis.smoothing_s) : t`off`],
      [t`Shortest event`, seconds(analysis.min_duration_s)],
      [t`Merged when closer than`, seconds(analysis.merge_gap_s)],
      [t`Clips`, t`${seconds(analysis.pre_roll_s)} before, ${seconds(analysis.post_roll_s)} after`],
      ...(people ? [
        [t`People found by`, people.detector || "–"],
        [t`Poses by`, people.pose || "–"],
        [t`Known again by`, people.embedder || "–"],
        [t`People looked for`, t`${Number(people.rate_fps.toFixed(2))} times a second`],
      ] : []),
      ...(source.live ? [] : [
        [t`Frames decoded`, String(source.frames)],
        [t`Corrupt packets skipped`, String(source.corrupt_packets)],
        [t`Times mended`, String(source.mended_times)],
      ]),
      ...(moments.known ? [[source.live ? t`The watch began` : t`The video began`, moments.began()]] : []),
      [t`Made by`, analysis.program],
    ];
    place.append(
      element("dl", { class: "settings" }, rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))));
    const kept = files.filter(Boolean);
    if (kept.length > 0)
      place.append(element("p", { style: "margin:1rem 0 0" }, t`Files: `, kept.flatMap((file, i) => [i ? ", " : "", element("a", { href: file }, file)])));
  }

  return { length, seconds, subtitle, method };
})();
