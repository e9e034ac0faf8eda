"use strict";
// The page over several analysed videos. Its data: index.json.
(() => {
  const { data, element, clock, number } = Vigil;
  const address = path => path.split("/").map(encodeURIComponent).join("/");
  const failed = data.videos.filter(video => video.error).length;
  const events = data.videos.reduce((sum, video) => sum + (video.events || 0), 0);
  document.getElementById("subtitle").textContent =
    `${events} ${events === 1 ? "event" : "events"} in all` + (failed ? `; ${failed} could not be analysed` : "");
  document.getElementById("videos").append(...data.videos.map(video => video.error
    ? element("article", { class: "sheet video" }, element("div", { class: "text" },
      element("h2", {}, video.input), element("p", { class: "note" }, video.error)))
    : element("a", { class: `sheet video ${(video.violent ?? video.events) > 0 ? "found" : "quiet"}`, href: address(video.report) },
      video.picture ? element("img", { src: address(video.picture), alt: "" }) : element("div", { class: "blank" }),
      element("div", { class: "text" }, element("h2", {}, video.title), element("p", {}, video.headline + "."),
        element("p", { class: "note" }, `highest score ${number(video.highest, 2)}` + (video.complete ? "" : ", not finished"))))));
})();
