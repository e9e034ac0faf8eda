import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import { generatedApi, type AuditPage, type EventPage, type ListAuditApiArg, type ListEventsApiArg } from "./generated";
import { eventLists } from "./tags";

const { listAudit, listEvents } = generatedApi.endpoints;

// One page, always asked for anew: the list keeps it, not the cache of single requests.
const asked = { subscribe: false, forceRefetch: true } as const;

async function answer<T>(request: Promise<{ data?: T; error?: unknown }>): Promise<{ data: T } | { error: FetchBaseQueryError }> {
  const { data, error } = await request;
  return data === undefined ? { error: error as FetchBaseQueryError } : { data };
}

// Lists that the server gives page after page.
export const pagesApi = generatedApi.injectEndpoints({
  endpoints: build => ({
    eventPages: build.infiniteQuery<EventPage, ListEventsApiArg, string | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: last => last.next },
      queryFn: ({ queryArg, pageParam }, { dispatch }) =>
        answer(dispatch(listEvents.initiate({ ...queryArg, after: pageParam ?? undefined }, asked))),
      providesTags: [eventLists],
    }),
    auditPages: build.infiniteQuery<AuditPage, ListAuditApiArg, number | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: last => last.next },
      queryFn: ({ queryArg, pageParam }, { dispatch }) =>
        answer(dispatch(listAudit.initiate({ ...queryArg, before: pageParam ?? undefined }, asked))),
      providesTags: ["audit"],
    }),
  }),
});

export const { useEventPagesInfiniteQuery, useAuditPagesInfiniteQuery } = pagesApi;
