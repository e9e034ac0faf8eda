import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import { generatedApi, type EventDays, type EventDaysApiArg } from "../api/generated";
import { eventLists } from "../api/tags";
import { startOfDay } from "./filters";

export type CountedDay = EventDays["days"][number];

interface Stretch {
  days: string[];
  from: Date;
  until: Date;
  utcOffsetMin: number;
}

const offsetAt = (instant: Date) => -instant.getTimezoneOffset();
const isEven = ({ until, utcOffsetMin }: Stretch) => offsetAt(until) === utcOffsetMin;

// The days, in order, as stretches in each of which the reader's clock is as far ahead of UTC; a day on which it is put forward
// or back is one by itself.
export function stretchesOf(days: readonly string[]): Stretch[] {
  const all: Stretch[] = [];
  for (const day of days) {
    const from = startOfDay(day);
    const own = { days: [day], from, until: startOfDay(day, 1), utcOffsetMin: offsetAt(from) };
    const last = all[all.length - 1];
    if (last && isEven(last) && isEven(own)) {
      last.days.push(day);
      last.until = own.until;
    } else all.push(own);
  }
  return all;
}

// What the server counted in a stretch. A day of its own has all of it, whatever the server calls the hours after the change.
export function countsOf({ days }: Stretch, counted: readonly CountedDay[]): readonly CountedDay[] {
  if (days.length > 1) return counted;
  const sum = (of: "events" | "violent") => counted.reduce((all, day) => all + day[of], 0);
  return [{ day: days[0]!, events: sum("events"), violent: sum("violent") }];
}

const asked = { subscribe: false, forceRefetch: true } as const;

const countedDaysApi = generatedApi.injectEndpoints({
  endpoints: build => ({
    countedDays: build.query<CountedDay[], { days: readonly string[] } & Pick<EventDaysApiArg, "camera" | "uploads">>({
      queryFn: async ({ days, ...same }, { dispatch }) => {
        const stretches = stretchesOf(days);
        const answers = await Promise.all(
          stretches.map(({ from, until, utcOffsetMin }) =>
            dispatch(
              generatedApi.endpoints.eventDays.initiate(
                { from: from.toISOString(), until: until.toISOString(), utcOffsetMin, ...same },
                asked,
              ),
            ),
          ),
        );
        const refused = answers.find(answer => answer.data === undefined);
        if (refused) return { error: refused.error as FetchBaseQueryError };
        return { data: stretches.flatMap((stretch, i) => countsOf(stretch, answers[i]!.data!.days)) };
      },
      providesTags: [eventLists],
    }),
  }),
});

export const { useCountedDaysQuery } = countedDaysApi;
