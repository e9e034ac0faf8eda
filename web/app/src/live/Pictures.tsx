import { useEffect, useState } from "react";
import { apiRoot } from "../api/base";

const pauseMs = 120;
const afterFailureMs = 2000;

// One picture after the other, each with its boxes burned in: for what the browser cannot play, or may not see as it is.
export function Pictures({ camera, label }: { camera: number; label: string }) {
  const [number, setNumber] = useState(0);
  const [wait, setWait] = useState<number | null>(null);
  useEffect(() => {
    if (wait === null) return;
    const timer = setTimeout(() => {
      setWait(null);
      setNumber(before => before + 1);
    }, wait);
    return () => clearTimeout(timer);
  }, [wait]);
  return (
    <img
      src={`${apiRoot}/cameras/${camera}/snapshot?at=${number}`}
      alt={label}
      onLoad={() => setWait(pauseMs)}
      onError={() => setWait(afterFailureMs)}
    />
  );
}
