import { createApi, fetchBaseQuery, type BaseQueryFn, type FetchArgs, type FetchBaseQueryError } from "@reduxjs/toolkit/query/react";

export const apiRoot = "/api/v1";

// Of the answers that hold a session: what every request that changes something must carry, and whose session it is.
let csrfToken = "";
let userId: number | undefined;

export const csrfHeaders = (): Record<string, string> => (csrfToken ? { "X-CSRF-Token": csrfToken } : {});

function remember(session: unknown): void {
  if (!session || typeof session !== "object") return;
  const { csrf_token, user } = session as { csrf_token?: string; user?: { id: number } };
  csrfToken = csrf_token ?? "";
  userId = user?.id;
}

const plainQuery = fetchBaseQuery({
  baseUrl: apiRoot,
  prepareHeaders: headers => {
    for (const [name, value] of Object.entries(csrfHeaders())) headers.set(name, value);
    return headers;
  },
  // Deletions answer with nothing at all.
  responseHandler: async response => {
    const text = await response.text();
    return text === "" ? null : (JSON.parse(text) as unknown);
  },
});

const sessionPath = /^\/(session|setup)$/;

const isStale = (error: FetchBaseQueryError | undefined) =>
  error?.status === 403 && (error.data as { code?: unknown } | null)?.code === "csrf";

// Remembers the token of the session, and asks for it anew where another window has begun a new one: the request is repeated only
// where that is the same user's. A 401 of anything but the log-in itself means that the session has ended.
const query: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError> = async (args, api, extra) => {
  let answer = await plainQuery(args, api, extra);
  if (isStale(answer.error)) {
    const before = userId;
    remember((await plainQuery("/session", api, extra)).data);
    if (userId === before) answer = await plainQuery(args, api, extra);
    else api.dispatch({ type: "session/ended" });
  }
  const url = typeof args === "string" ? args : args.url;
  if (sessionPath.test(url)) remember(answer.data);
  if (answer.error?.status === 401 && !sessionPath.test(url)) api.dispatch({ type: "session/ended" });
  return answer;
};

export const baseApi = createApi({
  reducerPath: "api",
  baseQuery: query,
  endpoints: () => ({}),
});
