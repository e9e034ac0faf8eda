import { configureStore, createListenerMiddleware } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { generatedApi } from "../api/generated";
import { uploads } from "../upload/uploads";
import { preferences, rememberPreferences } from "./preferences";

const listeners = createListenerMiddleware();

// The guard of the routes asks anew who is logged in, and shows the log-in page.
listeners.startListening({
  type: "session/ended",
  effect: (_, { dispatch }) => {
    dispatch(generatedApi.util.invalidateTags(["session"]));
  },
});

export const store = configureStore({
  reducer: { [generatedApi.reducerPath]: generatedApi.reducer, preferences: preferences.reducer, uploads: uploads.reducer },
  middleware: defaults => defaults().prepend(listeners.middleware).concat(generatedApi.middleware),
});

setupListeners(store.dispatch);
store.subscribe(() => rememberPreferences(store.getState().preferences));

export type RootState = ReturnType<typeof store.getState>;
export type AppDispatch = typeof store.dispatch;
