import { generatedApi, type Event } from "./generated";

// The server's audit log tells who looked at an event's details. So these are asked for anew only when they themselves changed;
// lists, whenever any event did.
export const eventLists = { type: "events", id: "lists" } as const;
export const eventDetails = (id: number) => ({ type: "events", id }) as const;

// What the server's socket tells of.
export const toldTags = ["events", "jobs", "cameras", "recordings"] as const;

// The answer to a change holds the details. A change that failed leaves them as they are.
const keep = (id: number, answer: Promise<{ data: Event }>, dispatch: (action: never) => unknown) =>
  answer.then(
    ({ data }) => void dispatch(generatedApi.util.updateQueryData("getEvent", { id }, () => data) as never),
    () => undefined,
  );

// Recordings are a type of their own: a camera that stops or begins tells nothing new of a whole day of them.
export const taggedApi = generatedApi.enhanceEndpoints({
  addTagTypes: ["recordings"],
  endpoints: {
    listEvents: { providesTags: [eventLists] },
    eventDays: { providesTags: [eventLists] },
    getEvent: { providesTags: (_result, _error, { id }) => [eventDetails(id)] },
    changeEvent: {
      invalidatesTags: [eventLists],
      onQueryStarted: ({ id }, { queryFulfilled, dispatch }) => keep(id, queryFulfilled, dispatch),
    },
    changePerson: {
      invalidatesTags: [eventLists],
      onQueryStarted: ({ id }, { queryFulfilled, dispatch }) => keep(id, queryFulfilled, dispatch),
    },
    deleteEvent: { invalidatesTags: [eventLists] },
    listRecordings: { providesTags: ["recordings"] },
    changeRecordings: { invalidatesTags: ["recordings"] },
  },
});
