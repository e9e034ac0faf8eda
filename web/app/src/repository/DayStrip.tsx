import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { dateOnly, monthName } from "../i18n/formats";
import { useCountedDaysQuery } from "./countedDays";
import { dayName, startOfDay, type Filters } from "./filters";
import style from "./repository.module.css";

const shownDays = 42;

interface DayStripProps {
  filters: Filters;
  choose: (day: string | undefined) => void;
}

// How many events the last days have, of violence in red; a day can be chosen.
export function DayStrip({ filters: { from, until, cameras, uploads }, choose }: DayStripProps) {
  const { t } = useTranslation();
  const today = dayName(new Date());
  const days = useMemo(() => Array.from({ length: shownDays }, (_, i) => dayName(startOfDay(today, i - shownDays + 1))), [today]);
  const { data } = useCountedDaysQuery({
    days,
    ...(cameras.length > 0 ? { camera: cameras } : {}),
    ...(uploads ? { uploads } : {}),
  });
  const counts = new Map(data?.map(each => [each.day, each]));
  const most = Math.max(1, ...(data?.map(each => each.events) ?? []));
  const high = (count: number) => `${Math.round(42 * Math.min(1, count / most))}px`;
  // Where there is no room for all, today is in sight.
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (strip.current) strip.current.scrollLeft = strip.current.scrollWidth;
  }, []);
  return (
    <div ref={strip} className={style.days} role="group" aria-label={t("repository.days")}>
      {days.map(day => {
        const { events = 0, violent = 0 } = counts.get(day) ?? {};
        const chosen = from === day && until === day;
        const label = `${dateOnly(startOfDay(day))}: ${t("repository.dayCount", { count: events })}`;
        return (
          <button
            key={day}
            type="button"
            className={style.day}
            aria-pressed={chosen}
            aria-label={label}
            title={label}
            onClick={() => choose(chosen ? undefined : day)}
          >
            <span className={style.column}>
              <span style={{ height: high(events - violent) }} />
              <span style={{ height: violent > 0 ? `max(2px, ${high(violent)})` : 0 }} />
            </span>
            {day.endsWith("-01") ? monthName(startOfDay(day)) : Number(day.slice(8))}
          </button>
        );
      })}
    </div>
  );
}
