// The Russian texts of the reports are complete: what their scripts and pages say in English stands in the catalogue.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const folder = resolve(import.meta.dirname, "../../web/report");
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

test("Russian texts put in as much as the English ones", () => {
  const holes = text => text.split("{}").length;
  for (const [english, russian] of Object.entries(catalogue)) assert.equal(holes(russian), holes(english), english);
});
