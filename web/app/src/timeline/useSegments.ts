import { skipToken } from "@reduxjs/toolkit/query";
import { useMemo } from "react";
import { useListRecordingsQuery } from "../api/generated";
import { segmentsOf, type Span } from "./geometry";

const pollMs = 10_000;

// What a camera recorded in a stretch of time. While that has not passed, what is new is asked for, and not all again.
export function useSegments(id: number, span: Span) {
  const until = new Date(span.to).toISOString();
  const polled = { pollingInterval: span.to > Date.now() ? pollMs : 0, skipPollingIfUnfocused: true };
  const known = useListRecordingsQuery({ id, from: new Date(span.from).toISOString(), until });
  const end = known.data && Math.max(span.from, ...known.data.slice(-1).map(last => Date.parse(last.end)));
  const from = end !== undefined && end < span.to ? new Date(end).toISOString() : null;
  const added = useListRecordingsQuery(from ? { id, from, until } : skipToken, polled);
  // What is known counts where both tell of a segment: what is added may be the answer before, while the next is awaited.
  const segments = useMemo(() => segmentsOf([...(added.data ?? []), ...(known.data ?? [])]), [known.data, added.data]);
  return { query: known, segments };
}
