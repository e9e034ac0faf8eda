import { ActionIcon, Group } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import type { EventSummary } from "../api/generated";
import { timeOnly } from "../i18n/formats";
import { marksOf, shareOf, shifted, stretches, timeAt, zoomed, type Segment, type Span } from "./geometry";
import style from "./timeline.module.css";

interface ScrubBarProps {
  day: Span;
  view: Span;
  setView: (view: Span) => void;
  segments: readonly Segment[];
  events: readonly EventSummary[];
  time: number;
  seek: (time: number) => void;
}

const keySteps: Record<string, number> = { ArrowLeft: -5000, ArrowRight: 5000, PageDown: -60_000, PageUp: 60_000 };

// A day, or a part of it: what was recorded, what happened, and the playhead.
export function ScrubBar({ day, view, setView, segments, events, time, seek }: ScrubBarProps) {
  const { t } = useTranslation();
  const { ref: sized, width } = useElementSize();
  const bar = useRef<HTMLDivElement>(null);
  const left = (at: number) => `${100 * shareOf(view, at)}%`;
  const inSight = (from: number, to: number) => to >= view.from && from <= view.to;
  const timeOf = (event: { clientX: number }) => {
    const { left: edge, width: wide } = bar.current!.getBoundingClientRect();
    return timeAt(view, Math.min(1, Math.max(0, (event.clientX - edge) / wide)));
  };

  // React listens passively to the wheel, and the page would scroll.
  useEffect(() => {
    const element = bar.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) setView(shifted(view, ((view.to - view.from) * event.deltaX) / 800, day));
      else setView(zoomed(view, event.deltaY > 0 ? 1.25 : 0.8, timeOf(event), day));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  });

  const key = (event: KeyboardEvent) => {
    const step = keySteps[event.key];
    if (step) seek(Math.min(day.to, Math.max(day.from, time + step)));
    else if (event.key === "+" || event.key === "=") setView(zoomed(view, 0.5, time, day));
    else if (event.key === "-") setView(zoomed(view, 2, time, day));
    else return;
    event.preventDefault();
  };
  const middle = (view.from + view.to) / 2;
  const tool = { variant: "subtle", color: "gray" } as const;
  return (
    <div>
      <div ref={sized}>
        <div
          ref={bar}
          className={style.bar}
          role="slider"
          tabIndex={0}
          aria-label={t("timeline.position")}
          aria-valuemin={day.from}
          aria-valuemax={day.to}
          aria-valuenow={Math.round(time)}
          aria-valuetext={timeOnly(new Date(time))}
          onKeyDown={key}
          onPointerDown={(event: PointerEvent<HTMLDivElement>) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            seek(timeOf(event));
          }}
          onPointerMove={event => {
            if (event.buttons & 1) seek(timeOf(event));
          }}
        >
          {stretches(segments)
            .filter(each => inSight(each.from, each.to))
            .map(each => (
              <div
                key={each.from}
                className={style.recorded}
                data-until={each.to}
                style={{ left: left(each.from), width: `max(1px, ${100 * (shareOf(view, each.to) - shareOf(view, each.from))}%)` }}
              />
            ))}
          {stretches(segments.filter(segment => segment.pinned))
            .filter(each => inSight(each.from, each.to))
            .map(each => (
              <div
                key={each.from}
                className={style.pinned}
                data-pinned
                style={{ left: left(each.from), width: `max(2px, ${100 * (shareOf(view, each.to) - shareOf(view, each.from))}%)` }}
              />
            ))}
          {events
            .filter(event => inSight(Date.parse(event.begin), Date.parse(event.end)))
            .map(event => (
              <div
                key={event.id}
                className={style.event}
                data-event={event.id}
                data-kind={event.kind}
                style={{
                  left: left(Date.parse(event.begin)),
                  width: `max(4px, ${100 * (shareOf(view, Date.parse(event.end)) - shareOf(view, Date.parse(event.begin)))}%)`,
                }}
              />
            ))}
          {marksOf(view, Math.max(2, width / 90), day.from).map(at => (
            <span key={at} className={style.mark} style={{ left: left(at) }}>
              {timeOnly(new Date(at)).slice(0, view.to - view.from > 900_000 ? 5 : undefined)}
            </span>
          ))}
          {inSight(time, time) && <div className={style.playhead} data-playhead={Math.round(time)} style={{ left: left(time) }} />}
        </div>
      </div>
      <Group gap={4} mt={6} justify="flex-end">
        <ActionIcon {...tool} aria-label={t("timeline.earlier")} onClick={() => setView(shifted(view, (view.from - view.to) / 2, day))}>
          <ChevronLeft size={18} />
        </ActionIcon>
        <ActionIcon {...tool} aria-label={t("timeline.later")} onClick={() => setView(shifted(view, (view.to - view.from) / 2, day))}>
          <ChevronRight size={18} />
        </ActionIcon>
        <ActionIcon
          {...tool}
          aria-label={t("timeline.nearer")}
          onClick={() => setView(zoomed(view, 0.5, time >= view.from && time <= view.to ? time : middle, day))}
        >
          <ZoomIn size={18} />
        </ActionIcon>
        <ActionIcon {...tool} aria-label={t("timeline.further")} onClick={() => setView(zoomed(view, 2, middle, day))}>
          <ZoomOut size={18} />
        </ActionIcon>
      </Group>
    </div>
  );
}
