import { generatedApi, type EventPage, type ListEventsApiArg } from "./generated";

// A search of the repository, page after page.
const eventPagesApi = generatedApi.injectEndpoints({
  endpoints: build => ({
    eventPages: build.infiniteQuery<EventPage, ListEventsApiArg, string | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: last => last.next },
      query: ({ queryArg: { leastScore, oldestFirst, ...same }, pageParam }) => ({
        url: "/events",
        params: { ...same, least_score: leastScore, oldest_first: oldestFirst, after: pageParam ?? undefined },
      }),
      providesTags: ["events"],
    }),
  }),
});

export const { useEventPagesInfiniteQuery } = eventPagesApi;
