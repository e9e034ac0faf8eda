"use strict";
// The page of one event. Its data: events.json (docs/events-json.md) with that event only.
{
  const { data, about, element, eventView, t } = Vigil;
  const place = id => document.getElementById(id);
  const name = document.querySelector("h1");
  const [, video, id] = name.textContent.match(/^(.*), event (\d+)$/s) || [];
  if (id) {
    name.textContent = t`${video}, event ${id}`;
    document.title = `${name.textContent} · Vigil`;
  }
  about.subtitle(place("subtitle"));
  if (data.files.report) {
    place("report").href = data.files.report;
    place("report").hidden = false;
  }
  if (data.events.length === 0) place("event").append(element("p", { class: "notice" }, t`The event is not in this page's data.`));
  for (const event of data.events) eventView(place("event"), { ...event, page: null }, "h2");
  about.method(place("method").querySelector(".sheet"), [data.files.events, data.files.report, data.files.tracks]);
}
