import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Event } from "../api/generated";
import { Chart, type Series } from "../clip/Chart";
import { curveOf } from "../clip/curve";
import { clock, decimal } from "../i18n/formats";

const mostPeople = 5;
const colours = [
  "light-dark(#e8590c, #ffa94d)",
  "light-dark(#6741d9, #b79cff)",
  "light-dark(#1971c2, #74c0fc)",
  "light-dark(#2b8a3e, #69db7c)",
  "light-dark(#c2255c, #f783ac)",
];

export const colourOf = (index: number) => colours[index % colours.length]!;

// The people with the highest scores, whose curves are drawn, in that order.
export const drawnPeople = (event: Event) =>
  event.people
    .filter(person => person.curve.length > 1)
    .sort((a, b) => b.score - a.score)
    .slice(0, mostPeople);

interface ScoreChartProps {
  event: Event;
  moment: number;
  seek: (moment: number) => void;
}

export function ScoreChart({ event, moment, seek }: ScoreChartProps) {
  const { t } = useTranslation();
  const violent = event.kind === "violence";
  const series = useMemo<Series[]>(() => {
    const [from, to] = [Math.min(event.clip_begin_s, event.begin_s), Math.max(event.clip_end_s, event.end_s)];
    return [
      {
        label: t(violent ? "event.scene" : "event.certainty"),
        colour: violent ? "var(--violence)" : "var(--named)",
        points: curveOf(event.windows),
        filled: true,
      },
      ...drawnPeople(event).map((person, i) => ({
        label: t("event.person", { id: person.id }),
        colour: colourOf(i),
        points: curveOf(person.curve),
      })),
      ...(violent && event.threshold > 0
        ? [
            {
              label: t("event.threshold"),
              colour: "var(--muted)",
              dashed: true,
              points: [
                { x: from, y: event.threshold },
                { x: to, y: event.threshold },
              ],
            },
          ]
        : []),
    ];
  }, [event, violent, t]);
  const from = event.clip ? event.clip_begin_s : event.begin_s;
  const to = event.clip ? event.clip_end_s : event.end_s;
  if (series.every(each => each.points.length < 2)) return null;
  const colour = violent ? "var(--violence)" : "var(--named)";
  return (
    <Chart
      label={t(violent ? "event.chart" : "event.chartRule")}
      series={series}
      x={[from, Math.max(to, from + 0.1)]}
      y={[0, 1]}
      formatX={value => clock(value - from)}
      formatY={value => decimal(value, 1)}
      band={{ from: event.begin_s, to: event.end_s, colour }}
      marks={[{ x: event.first_violent_s, label: t("event.first"), colour }]}
      {...(event.clip ? { playhead: moment, seek } : {})}
    />
  );
}
