"use strict";
// Who took part in an event, as cards of pictures and times, and the dialog that shows a picture large.
Vigil.people = (() => {
  const { element, icon, number, clock, table, swatch, moments, t } = Vigil;
  const mostCards = 12;
  const shapes = { close: "M6 6l12 12M18 6 6 18", back: "M15 5l-7 7 7 7", on: "M9 5l7 7-7 7" };

  // One for the whole page, made when first needed.
  let dialog = null;
  function makeDialog() {
    const button = (shape, label, act) => {
      const node = element("button", { type: "button", class: "control", title: label, "aria-label": label }, icon(shapes[shape]));
      node.addEventListener("click", act);
      return node;
    };
    const image = element("img", { alt: "" });
    const caption = element("p", { id: "picture-caption", "aria-live": "polite" });
    const watch = element("button", { type: "button" }, t`Show in the clip`);
    const back = button("back", t`The picture before`, () => show(-1));
    const on = button("on", t`The next picture`, () => show(1));
    const node = element("dialog", { class: "picture screen", "aria-labelledby": "picture-caption" },
      element("div", { class: "bar" }, caption, button("close", t`Close`, () => node.close())), image,
      element("div", { class: "bar" }, back, on, element("span", { class: "space" }), watch));
    let pictures = [];
    let index = 0;
    let seek = null;
    function show(step) {
      index = Math.min(pictures.length - 1, Math.max(0, index + step));
      const picture = pictures[index];
      image.src = picture.file;
      image.alt = picture.text;
      caption.textContent = picture.text + (pictures.length > 1 ? t` (${index + 1} of ${pictures.length})` : "");
      back.disabled = index === 0;
      on.disabled = index === pictures.length - 1;
    }
    watch.addEventListener("click", () => {
      node.close();
      seek(pictures[index].time_s);
    });
    node.addEventListener("keydown", event => {
      if (event.key === "ArrowLeft") show(-1);
      else if (event.key === "ArrowRight") show(1);
    });
    node.addEventListener("click", event => { if (event.target === node) node.close(); });
    document.body.append(node);
    return (all, at, seekTo) => {
      [pictures, index, seek] = [all, at, seekTo];
      watch.hidden = !seek;
      back.hidden = on.hidden = pictures.length < 2;
      show(0);
      node.showModal();
    };
  }
  function enlarge(...what) {
    dialog ||= makeDialog();
    dialog(...what);
  }

  // A picture that a press shows large, with its fellows to leaf through. pictures: [{ file, time_s, text }]
  function thumbnail(pictures, index, seek) {
    const { file, text } = pictures[index];
    const button = element("button", { type: "button", class: "thumbnail", title: t`Show it large` },
      element("img", { src: file, alt: text, loading: "lazy" }));
    button.addEventListener("click", () => enlarge(pictures, index, seek));
    return button;
  }

  const whyNoFace = {
    "too small": t`The face is too small in the picture.`,
    "turned away": t`The face is turned away from the camera.`,
    occluded: t`The face is covered.`,
    "not seen": t`The face was not seen.`,
  };
  function noFace(note) {
    if (note) return whyNoFace[note] || t`No picture of the face: ${note}.`;
    return t`No face was found.`;
  }

  // words: of the event's kind (event_view.js); index: of the person's curve in the chart, or -1; seek(time) or null;
  // heading: its level
  function card(person, { words, index, seek, heading }) {
    const name = t`Person ${person.id}`;
    const picture = (one, of) => ({ ...one, text: t`${of} at ${moments.moment(one.time_s)}` });
    const pictures = [
      ...(person.face ? [picture(person.face, t`Face of person ${person.id}`)] : []),
      ...(person.crops || []).map(crop => picture(crop, name)),
    ];
    const faceAt = person.face ? 0 : -1;
    const time = at => {
      if (!Number.isFinite(at)) return words.never;
      if (!seek) return moments.moment(at, 2);
      const button = element("button", { type: "button", class: "time-link screen", title: t`Show in the clip` }, moments.moment(at, 2));
      button.addEventListener("click", () => seek(at));
      return [button, element("span", { class: "paper" }, moments.moment(at, 2))];
    };
    const judged = person.first_s !== undefined || person.face !== undefined || Boolean(person.face_note);
    return element("li", { class: "person" },
      element(heading, {}, index >= 0 ? swatch(index) : null, name),
      pictures.length > 0 ? element("div", { class: "crops" }, pictures.map((one, i) => element("figure", { class: i === faceAt ? "face" : null },
        thumbnail(pictures, i, seek), element("figcaption", {}, i === faceAt ? t`Face ` : null, clock(one.time_s, 1), element("small", {}, moments.tick(one.time_s)))))) : null,
      element("dl", {},
        person.first_s !== undefined ? [element("dt", {}, words.personFirst), element("dd", {}, time(person.first_s))] : null,
        Number.isFinite(person.score) ? [element("dt", {}, words.personScore), element("dd", {}, number(person.score, 2))] : null,
        judged && !person.face && (person.face !== undefined || person.face_note) ? [element("dt", {}, t`Face`), element("dd", {}, noFace(person.face_note))] : null));
  }

  // The most certain first. indexOf(id): of the person's curve in the chart, or -1
  function list(people, { words, indexOf, seek, heading }) {
    const sorted = [...people].sort((a, b) => (b.score || 0) - (a.score || 0) || a.id - b.id);
    const rest = sorted.slice(mostCards);
    return [
      element("ul", { class: "people" }, sorted.slice(0, mostCards).map(person => card(person, { words, index: indexOf(person.id), seek, heading }))),
      rest.length === 0 ? null : element("details", {}, element("summary", {}, t`${rest.length} more`), table({
        columns: [{ label: t`Person` }, { label: words.personFirst, number: true }, { label: words.personScore, number: true }],
        rows: rest.map(person => [String(person.id), Number.isFinite(person.first_s) ? moments.moment(person.first_s) : words.never, number(person.score, 2)]),
      })),
    ];
  }

  return { list, thumbnail };
})();
