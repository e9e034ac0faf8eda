import { configureStore, createListenerMiddleware } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { generatedApi } from "../api/generated";
import "../api/tags";
import { uploads } from "../upload/uploads";
import { forgetUser } from "./forgetUser";
import { preferences, rememberPreferences } from "./preferences";

const { getSession } = generatedApi.endpoints;

export const listeners = createListenerMiddleware();

// The guard of the routes asks anew who is logged in, and shows the log-in page.
listeners.startListening({
  type: "session/ended",
  effect: (_, { dispatch }) => {
    dispatch(generatedApi.util.invalidateTags(["session"]));
  },
});

// Whichever way the session became somebody else's or nobody's.
listeners.startListening({
  matcher: getSession.matchFulfilled,
  effect: ({ payload }, { dispatch, getOriginalState }) => {
    const before = getSession.select()(getOriginalState() as RootState).data?.user;
    if (before && before.id !== payload.user?.id) forgetUser(dispatch);
  },
});

export const makeStore = () =>
  configureStore({
    reducer: { [generatedApi.reducerPath]: generatedApi.reducer, preferences: preferences.reducer, uploads: uploads.reducer },
    middleware: defaults => defaults().prepend(listeners.middleware).concat(generatedApi.middleware),
  });

export const store = makeStore();

setupListeners(store.dispatch);
store.subscribe(() => rememberPreferences(store.getState().preferences));

export type RootState = ReturnType<typeof store.getState>;
export type AppDispatch = typeof store.dispatch;
