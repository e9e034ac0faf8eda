"use strict";
// When something was: the time in the video and, where the data says when the video began (started_at), the time on the wall
// in the viewer's language and time zone.
Vigil.moments = (() => {
  const { data, clock, t } = Vigil;
  const zero = typeof data.started_at === "string" ? Date.parse(data.started_at) : NaN;
  const known = Number.isFinite(zero);
  const date = seconds => new Date(zero + seconds * 1000);
  const day = { year: "numeric", month: "short", day: "numeric" };
  const oneDay = known && date(0).toDateString() === date(data.analysed_until_s || 0).toDateString();
  const time = { ...(oneDay ? {} : day), hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" };
  const formats = [0, 1, 2, 3].map(digits => new Intl.DateTimeFormat(undefined, digits ? { ...time, fractionalSecondDigits: digits } : time));
  const full = new Intl.DateTimeFormat(undefined, { ...time, ...day, weekday: "long", month: "long" });
  const brief = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
  const open = new Intl.DateTimeFormat(undefined, { ...time, timeZoneName: undefined });
  const whole = text => oneDay ? text.replaceAll(" ", "\u00a0") : text;  // not broken over lines
  const has = seconds => known && Number.isFinite(seconds);

  // "2:03:27.6 PM GMT+1", or "" where it is not known.
  const wall = (seconds, digits = 0) => has(seconds) ? whole(formats[digits].format(date(seconds))) : "";
  const joined = (media, wall) => wall ? `${media} · ${wall}` : media;

  return {
    known,
    // Of a chart over the video's time.
    axis: known
      ? { label: t`time in the video, and on the clock`, name: t`time`, kind: "time", lines: 2, format: seconds => joined(clock(seconds, 1), wall(seconds)),
        tick: seconds => `${clock(seconds)}\n${brief.format(date(seconds))}` }
      : { label: t`time in the video`, kind: "time" },
    wall,
    // "Thursday, November 12, 2026 at 2:03:20 PM GMT+1"
    began: () => known ? full.format(date(0)) : "",
    // "2:03:27 PM", where there is little room
    tick: seconds => has(seconds) ? brief.format(date(seconds)) : "",
    // "0:07.6 · 2:03:27.6 PM GMT+1"
    moment: (seconds, digits = 1) => joined(clock(seconds, digits), wall(seconds, digits)),
    // "0:07.0 to 0:13.5 · 2:03:27 PM – 2:03:33 PM GMT+1"
    span: (begin, end) => joined(t`${clock(begin, 1)} to ${clock(end, 1)}`, has(begin) && has(end) ? `${whole(open.format(date(begin)))} – ${wall(end)}` : ""),
  };
})();
