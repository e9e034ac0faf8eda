import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Shown } from "../clip/draw";

// What this browser remembers for its user.
export interface Preferences {
  shown: Shown;
  // Of the grid of live pictures.
  columns: number;
}

const key = "vigil.preferences";
const defaults: Preferences = { shown: { boxes: true, skeletons: false, scores: true }, columns: 2 };

function remembered(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences>;
    return { ...defaults, ...stored, shown: { ...defaults.shown, ...stored.shown } };
  } catch {
    return defaults;
  }
}

let last: Preferences | undefined;

export function rememberPreferences(now: Preferences): void {
  if (now === last) return;
  last = now;
  try {
    localStorage.setItem(key, JSON.stringify(now));
  } catch {
    // A browser that stores nothing forgets them.
  }
}

export const preferences = createSlice({
  name: "preferences",
  initialState: remembered,
  reducers: {
    show: (state, { payload }: PayloadAction<Partial<Shown>>) => {
      Object.assign(state.shown, payload);
    },
    setColumns: (state, { payload }: PayloadAction<number>) => {
      state.columns = payload;
    },
  },
});

export const { show, setColumns } = preferences.actions;
