import { useEffect, useState } from "react";
import { openSocket } from "../api/socket";
import { RecentPeople, type Person } from "../clip/people";
import { Latency } from "./policy";

type DataMessage =
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

export interface LiveData {
  // Read at every frame of the video; they change without a new rendering.
  people: RecentPeople;
  latency: Latency;
  size: { width: number; height: number };
  score: number | null;
  violent: boolean;
  event: LiveEvent | null;
}

const endedShownMs = 20_000;

// What the analysis says of a camera right now.
export function useLiveData(camera: number): LiveData {
  const [state, setState] = useState(() => ({ people: new RecentPeople(), latency: new Latency() }));
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [scores, setScores] = useState<{ score: number | null; violent: boolean }>({ score: null, violent: false });
  const [event, setEvent] = useState<LiveEvent | null>(null);

  useEffect(() => {
    const own = { people: new RecentPeople(), latency: new Latency() };
    setState(own);
    setScores({ score: null, violent: false });
    setEvent(null);
    return openSocket(`/cameras/${camera}/live/data`, {
      open: () => own.people.clear(),
      message: text => {
        const message = JSON.parse(String(text)) as DataMessage;
        switch (message.type) {
          case "scene":
            setSize({ width: message.width_px, height: message.height_px });
            break;
          case "people":
            own.people.add(message);
            own.latency.frame(message.time_us, message.wall_us);
            break;
          case "scores":
            setScores({ score: message.score, violent: message.violent });
            break;
          case "event":
            setEvent(message);
            break;
        }
      },
    });
  }, [camera]);

  // What is over is told for a while.
  useEffect(() => {
    if (event?.state !== "ended") return undefined;
    const timer = setTimeout(() => setEvent(null), endedShownMs);
    return () => clearTimeout(timer);
  }, [event]);

  return { ...state, size, ...scores, event };
}
