import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

// Files on their way to the server from this window.
export interface Sending {
  key: string;
  name: string;
  size: number;
  sent: number;
  state: "waiting" | "sending" | "paused" | "failed";
  message: string;
  job: number | null;
}

export const uploads = createSlice({
  name: "uploads",
  initialState: [] as Sending[],
  reducers: {
    added: (all, { payload }: PayloadAction<Pick<Sending, "key" | "name" | "size">>) => {
      all.push({ ...payload, sent: 0, state: "waiting", message: "", job: null });
    },
    changed: (all, { payload }: PayloadAction<Pick<Sending, "key"> & Partial<Sending>>) => {
      const own = all.find(each => each.key === payload.key);
      if (own) Object.assign(own, payload);
    },
    removed: (all, { payload }: PayloadAction<string>) => all.filter(each => each.key !== payload),
    forgotten: () => [],
  },
});

const mostAtOnce = 2;

// Which of the waiting may begin now.
export function toBegin(all: readonly Sending[]): string[] {
  const free = mostAtOnce - all.filter(each => each.state === "sending").length;
  return all
    .filter(each => each.state === "waiting")
    .slice(0, Math.max(0, free))
    .map(each => each.key);
}

// The job that an upload's address belongs to: …/uploads/17.
export function jobOf(url: string | null): number | null {
  const match = /\/uploads\/(\d+)\/?(?:\?.*)?$/.exec(url ?? "");
  return match ? Number(match[1]) : null;
}
