import type { Person } from "../clip/people";

// docs/live.md
export type DataMessage =
  | { type: "scene"; width_px: number; height_px: number }
  | { type: "people"; time_us: number; wall_us: number; people: Person[] }
  | { type: "scores"; time_us: number; score: number; violent: boolean }
  | {
      type: "event";
      state: "begun" | "ended";
      id: number | null;
      kind: string;
      rule: string;
      zone: string;
      time_us: number;
      score: number;
    };

export type LiveEvent = Extract<DataMessage, { type: "event" }>;

// What the analysis has told of a camera and still holds.
export interface Told {
  size: { width: number; height: number };
  score: number | null;
  violent: boolean;
  event: LiveEvent | null;
}

export const nothingTold: Told = { size: { width: 0, height: 0 }, score: null, violent: false, event: null };

// Nobody tells any more what happens: only how large the picture is stays true.
export const untold = ({ size }: Told): Told => ({ ...nothingTold, size });

export function afterMessage(told: Told, message: DataMessage): Told {
  switch (message.type) {
    // The first word of a new beginning: of the connection, or of the camera, which was changed.
    case "scene":
      return { ...nothingTold, size: { width: message.width_px, height: message.height_px } };
    case "scores":
      return { ...told, score: message.score, violent: message.violent };
    case "event":
      return { ...told, event: message };
    case "people":
      return told;
  }
}
