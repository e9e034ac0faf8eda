import { useEffect, useState } from "react";
import { openSocket } from "../api/socket";
import { RecentPeople } from "../clip/people";
import { Latency } from "./policy";
import { afterMessage, nothingTold, untold, type DataMessage, type Told } from "./told";

export interface LiveData extends Told {
  // Read at every frame of the video; they change without a new rendering.
  people: RecentPeople;
  latency: Latency;
}

const endedShownMs = 20_000;

// What the analysis says of a camera right now.
export function useLiveData(camera: number): LiveData {
  const [state, setState] = useState(() => ({ people: new RecentPeople(), latency: new Latency() }));
  const [told, setTold] = useState(nothingTold);
  const { event } = told;

  useEffect(() => {
    const own = { people: new RecentPeople(), latency: new Latency() };
    setState(own);
    setTold(nothingTold);
    return openSocket(`/cameras/${camera}/live/data`, {
      open: () => own.people.clear(),
      message: text => {
        const message = JSON.parse(String(text)) as DataMessage;
        if (message.type === "scene") own.people.clear();
        if (message.type === "people") {
          own.people.add(message);
          own.latency.frame(message.time_us, message.wall_us);
        }
        setTold(now => afterMessage(now, message));
      },
      closed: () => setTold(untold),
    });
  }, [camera]);

  // What is over is told for a while.
  useEffect(() => {
    if (event?.state !== "ended") return undefined;
    const timer = setTimeout(() => setTold(now => (now.event === event ? { ...now, event: null } : now)), endedShownMs);
    return () => clearTimeout(timer);
  }, [event]);

  return { ...state, ...told };
}
