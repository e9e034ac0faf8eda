// The Russian texts of the reports are complete: what their scripts and pages say in English stands in the catalogue.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "web/report");
const read = name => readFile(join(folder, name), "utf8");
const catalogue = runInNewContext(`let texts; const Vigil = { speak: (language, all) => { texts = all; } }; ${await read("russian.js")}; texts`,
  { navigator: { language: "ru-RU" } });

// Of t`Event ${id}`: "Event {}".
function textsOf(script) {
  const texts = [];
  for (const { index } of script.matchAll(/(?<![\w$.])t`/g)) {
    let text = "";
    let at = index + 2;
    while (script[at] !== "`") {
      if (!script.startsWith("${", at)) {
        text += script[at++];
        continue;
      }
      let depth = 0;
      do {
        if (script[at] === "{") ++depth;
        if (script[at] === "}") --depth;
        ++at;
      } while (depth > 0 || script[at - 1] !== "}");
      text += "{}";
    }
    texts.push(text);
  }
  return texts;
}

test("Every text of the scripts has a Russian one", async () => {
  for (const name of ["report.js", "moments.js", "boxes.js", "player.js", "people.js", "print.js", "event_view.js", "about.js", "event.js", "training.js"]) {
    const texts = textsOf(await read(name));
    assert.ok(texts.length > 0, name);
    assert.deepEqual(texts.filter(text => !(text in catalogue)), [], name);
  }
});

test("Every text of the pages has a Russian one", async () => {
  for (const name of ["event.html", "training.html"]) {
    const texts = (await read(name)).replaceAll(/<code>.*?<\/code>/g, "<>").split(/<[^>]*>/).map(text => text.trim()).filter(Boolean);
    assert.deepEqual(texts.filter(text => !(text in catalogue)), [], name);
  }
});

// Of std::format("a picture at {:.1f} s", …): "a picture at {} s".
const literal = text => text.replaceAll(/\{[^}]*\}/g, "{}");

test("Every note that the program writes of an event has a Russian one", async () => {
  const translated = text => text in catalogue || text.slice(0, text.indexOf(": ") + 1) in catalogue;
  for (const name of ["server/event_report.cpp", "pipeline/evidence.cpp", "pipeline/people_evidence.cpp", "pipeline/event_keeper.cpp",
    "media/segment_join.cpp", "media/live_recorder.cpp"]) {
    const source = await readFile(join(root, "src", name), "utf8");
    const notes = [...source.matchAll(/notes(?:_|\(\))?\.push_back\(\s*(?:std::format\(\s*)?"([^"]*)"/g)].map(([, text]) => literal(text));
    assert.ok(notes.length > 0, name);
    // There is no page to say these.
    const shown = notes.filter(text => !/^(not saved|no page): /.test(text));
    assert.deepEqual(shown.filter(text => !translated(text)), [], name);
  }
});

test("Every reason for which there is no face has a text", async () => {
  const told = (await readFile(join(root, "src/pipeline/analysis_record.h"), "utf8")).match(/face_note;.*why there is none: (.*); empty/)[1];
  const reasons = [...told.matchAll(/"([^"]*)"/g)].map(([, reason]) => reason);
  assert.ok(reasons.length >= 4, told);
  const people = await read("people.js");
  const known = [...people.match(/whyNoFace = \{([^}]*)\}/)[1].matchAll(/^\s*"?([\w ]+)"?:/gm)].map(([, reason]) => reason);
  assert.deepEqual(reasons.filter(reason => !known.includes(reason)), []);
});

test("Russian texts put in as much as the English ones", () => {
  const holes = text => text.split("{}").length;
  for (const [english, russian] of Object.entries(catalogue)) assert.equal(holes(russian), holes(english), english);
});
