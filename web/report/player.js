"use strict";
// A clip of the video, with the people in it drawn on top in step with the frame that is shown.
//
//   const { root, seek, play, follow, keys } = Vigil.player({
//     file, label, picture,        // picture: { file, time_s } that stands there until the clip plays; or null
//     begin_s, end_s,              // the stretch of the video that the clip shows
//     frameRate, width, height,    // of the video; boxes are in its pixels
//     entries,                     // `boxes` of docs/events-json.md; null: none
//     deed(person, time),          // what a rule's event says of the person then, or null
//     band, first })               // of the position's bar: { from, to, tone } and a time that stand out; or null
//   seek(time); play(time);        // times in the video
//   follow(time => …);             // is told the time of every frame shown
//   keys(node);                    // space, arrows, "." and "," work while the focus is in the node
//
// The picture and its boxes fill the screen together, because the player does, not its video.
Vigil.player = (() => {
  const { element, icon, whenNear, clock, boxes, moments, t } = Vigil;

  const shapes = {
    play: "M7 4.5v15l12-7.5z", pause: "M8 4.5v15M16 4.5v15", back: "M17 5.5 8.5 12l8.5 6.5zM6.5 5.5v13",
    on: "M7 5.5 15.5 12 7 18.5zM17.5 5.5v13", full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  };

  // What is drawn, in all players of the page alike.
  const shown = { boxes: true, skeletons: true, scores: true };
  const players = new Set();

  function control(shape, label, act) {
    const button = element("button", { type: "button", class: "control", title: label, "aria-label": label }, icon(shapes[shape]));
    button.addEventListener("click", act);
    return button;
  }

  function toggle(name, label) {
    const box = element("input", { type: "checkbox", role: "switch", "data-shows": name });
    box.checked = shown[name];
    box.addEventListener("change", () => {
      shown[name] = box.checked;
      for (const update of players) update();
    });
    return element("label", { class: "switch" }, box, label);
  }

  // Calls frame(time in the clip) for every frame that comes to be shown.
  function eachFrame(video, frame) {
    if ("requestVideoFrameCallback" in video) {
      const next = (now, { mediaTime }) => {
        frame(mediaTime);
        video.requestVideoFrameCallback(next);
      };
      video.requestVideoFrameCallback(next);
      return;
    }
    const tick = () => {
      frame(video.currentTime);
      if (!video.paused && !video.ended) requestAnimationFrame(tick);
    };
    for (const name of ["play", "seeked", "timeupdate"]) video.addEventListener(name, tick);
  }

  return options => {
    const { file, label, picture, begin_s: begin, end_s: end, width, height, entries, deed = () => null, band, first } = options;
    const frame = 1 / (options.frameRate > 0 ? options.frameRate : 25);
    const length = Math.max(end - begin, frame);
    const followers = [];

    const video = element("video", { src: file, poster: picture ? picture.file : null, preload: "none", playsinline: true, muted: true, tabindex: "-1", "aria-label": label });
    video.muted = true;
    const canvas = element("canvas", { "aria-hidden": "true" });
    const stage = element("div", { class: "stage", style: `--aspect:${width}/${height}` }, video, canvas);
    const playing = control("play", t`Play (space)`, () => flip());
    const time = element("span", { class: "time" });
    const part = at => Math.min(1, Math.max(0, (at - begin) / length)).toFixed(4);
    // Where the middle of the bar's thumb is, which does not leave the bar.
    const along = at => `calc(.5rem + (100% - 1rem) * ${part(at)})`;
    const bar = element("input", { type: "range", min: "0", max: String(length), step: "any", value: "0", "aria-label": t`Position in the clip`,
      class: band ? band.tone : null, style: band ? `--from:${along(band.from)};--to:${along(band.to)}` : null });
    const speed = element("select", { "aria-label": t`Speed`, title: t`Speed` },
      [0.1, 0.25, 0.5, 1, 2].map(rate => element("option", { value: String(rate), selected: rate === 1 }, `${rate}×`)));
    const wide = document.fullscreenEnabled ? control("full", t`Full screen (f)`, () => fill()) : null;
    const said = element("p", { class: "unseen", role: "status" });
    const seenPoints = entries && entries.some(entry => entry[1].some(person => person[8]));
    const seenScores = entries && entries.some(entry => entry[1].some(person => Number.isFinite(person[5])));
    const switches = entries
      ? [toggle("boxes", t`Boxes`), seenPoints ? toggle("skeletons", t`Skeletons`) : null, seenScores ? toggle("scores", t`Scores`) : null] : [];
    const root = element("div", { class: "player screen", role: "group", "aria-label": label }, stage,
      element("div", { class: "controls" },
        element("div", { class: "position" }, bar, Number.isFinite(first) ? element("i", { class: `first ${band ? band.tone : ""}`, style: `left:${along(first)}` }) : null),
        element("div", { class: "transport" }, playing, control("back", t`One frame back (,)`, () => step(-1)),
          control("on", t`One frame on (.)`, () => step(1)), time),
        element("div", { class: "transport" }, switches, speed, wide)), said);

    // The picture that stands for the clip is shown until the clip is played or sought in.
    let untouched = picture !== null && picture !== undefined;
    let at = 0;  // of the frame shown, in the clip
    const now = () => untouched ? picture.time_s : begin + at;

    const people = () => entries ? boxes.at(entries, now()) : [];

    let near = false;
    function draw() {
      if (!near) return;
      const ratio = devicePixelRatio || 1;
      const { clientWidth: wide, clientHeight: high } = stage;
      if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
        canvas.width = Math.round(wide * ratio);
        canvas.height = Math.round(high * ratio);
      }
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, wide, high);
      if (!entries || wide === 0) return;
      const [w, h] = video.videoWidth > 0 ? [video.videoWidth, video.videoHeight] : [width, height];
      const scale = Math.min(wide / w, high / h);
      const shows = { left: (wide - w * scale) / 2, top: (high - h * scale) / 2, width: w * scale, height: h * scale };
      const when = now();
      boxes.draw(context, people(), { picture: shows, frameWidth: width, shown, deed: person => deed(person, when) });
    }

    function tell() {
      const when = now();
      time.replaceChildren(clock(when, 2), element("small", {}, moments.wall(when, 1)));
      if (document.activeElement !== bar || !bar.matches(":active")) bar.value = String(untouched ? 0 : at);
      bar.style.setProperty("--at", along(untouched ? begin : when));
      bar.setAttribute("aria-valuetext", moments.moment(when));
      draw();
      for (const follower of followers) follower(when);
    }

    let spoken = 0;
    function say() {
      clearTimeout(spoken);
      spoken = setTimeout(() => {
        if (!video.paused || untouched) return;
        const when = now();
        const who = people().map(person => t`person ${boxes.name(person, deed(person, when), true)}`);
        said.textContent = `${moments.moment(when, 2)}${entries ? `: ${who.length ? who.join(", ") : t`nobody`}` : ""}`;
      }, 500);
    }

    let arrived = () => {};  // told when what was sought is shown
    let sought = 0;
    eachFrame(video, mediaTime => {
      if (untouched) return;
      clearTimeout(sought);
      at = mediaTime;
      tell();
      arrived();
    });
    function touch() {
      if (!untouched) return;
      untouched = false;
      at = video.currentTime;
    }
    video.addEventListener("play", touch);
    video.addEventListener("seeking", touch);
    // A browser tells of no frame where it is the one that was shown already.
    video.addEventListener("seeked", () => {
      sought = setTimeout(() => {
        if (Math.abs(video.currentTime - at) > Math.max(1, 2 * frame)) at = video.currentTime;
        tell();
        arrived();
      }, 120);
      say();
    });
    for (const name of ["play", "pause", "ended"]) {
      video.addEventListener(name, () => {
        const still = video.paused || video.ended;
        const text = still ? t`Play (space)` : t`Pause (space)`;
        playing.replaceChildren(icon(shapes[still ? "play" : "pause"]));
        playing.title = text;
        playing.setAttribute("aria-label", text);
        say();
      });
    }
    for (const name of ["loadedmetadata", "loadeddata"]) video.addEventListener(name, tell);
    video.addEventListener("error", () => root.append(element("p", { class: "note" },
      t`This browser cannot play the clip; open `, element("a", { href: file }, file), t` in a video player.`)), { once: true });

    function seek(when) {
      video.currentTime = Math.min(Math.max(0, when - begin), Math.max(0, (video.duration || length) - frame / 2));
    }
    const start = () => { video.play().catch(() => {}); };
    const jump = seconds => seek((untouched ? now() : begin + video.currentTime) + seconds);
    function play(when) {
      seek(when);
      start();
    }
    function flip() {
      if (!video.paused && !video.ended) video.pause();
      else start();
    }

    // To the neighbour of the frame shown. Frames may be shorter or longer than they are on average.
    const exact = "requestVideoFrameCallback" in video;  // else `at` is anywhere in the frame
    let stepping = false;
    async function step(direction) {
      if (stepping) return;
      stepping = true;
      video.pause();
      const from = now() - begin;
      for (let reach = exact ? 1.25 : 1; reach < 30; reach += 0.5) {
        const target = direction < 0 ? from - (exact ? 0.002 : frame) : from + reach * frame;
        if (target < 0 || target > (video.duration || length)) break;
        await new Promise(fulfil => {
          arrived = fulfil;
          setTimeout(fulfil, 1000);
          seek(begin + target);
        });
        arrived = () => {};
        if (direction < 0 || at > from + 1e-4) break;
      }
      stepping = false;
    }

    function fill() {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen().catch(() => {});
    }

    const acts = {
      " ": flip, ".": () => step(1), ",": () => step(-1), f: () => wide && fill(),
      ArrowLeft: () => jump(-1), ArrowRight: () => jump(1),
    };
    function keys(node) {
      node.addEventListener("keydown", event => {
        const act = acts[event.key];
        const { target } = event;
        if (!act || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
        if (target.closest("select, textarea, dialog, .scroll")) return;
        if (event.key === " " && target.closest("button, a, summary, input[type=checkbox]")) return;
        event.preventDefault();
        act();
      });
    }

    bar.addEventListener("input", () => seek(begin + Number(bar.value)));
    speed.addEventListener("change", () => { video.playbackRate = Number(speed.value); });
    video.addEventListener("click", () => flip());
    if (wide) video.addEventListener("dblclick", () => fill());
    whenNear(root, () => {
      video.preload = "metadata";
      near = true;
      new ResizeObserver(draw).observe(stage);
    });
    players.add(() => {
      for (const box of root.querySelectorAll("[data-shows]")) box.checked = shown[box.dataset.shows];
      draw();
    });
    tell();
    return { root, seek, play, keys, follow: follower => { followers.push(follower); follower(now()); } };
  };
})();
