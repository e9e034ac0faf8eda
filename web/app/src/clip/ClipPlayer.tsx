import { ActionIcon, Group, SegmentedControl, Slider, Text } from "@mantine/core";
import { Maximize, Pause, Play } from "lucide-react";
import { useCallback, useEffect, useImperativeHandle, useRef, useState, type CSSProperties, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { useAppSelector } from "../app/hooks";
import { clock } from "../i18n/formats";
import { canFillScreen, fillScreen } from "./fullScreen";
import { paintOverlay } from "./overlay";
import { peopleAt, readBoxes, type PeopleFrame, type Person } from "./people";
import { useFrames } from "./useFrames";
import style from "./clip.module.css";

export interface ClipControl {
  toggle: () => void;
  // To a time of the clip, in seconds from its beginning.
  seek: (seconds: number) => void;
  step: (seconds: number) => void;
}

interface ClipPlayerProps {
  src: string;
  boxes: string | null;
  // The moment of the boxes' time line at which the clip begins.
  beginS: number;
  label: string;
  named?: (person: Person, seconds: number) => boolean;
  onTime?: (seconds: number) => void;
  autoPlay?: boolean;
  tallest?: string;
  control?: Ref<ClipControl>;
}

function useBoxes(url: string | null): readonly PeopleFrame[] {
  const [frames, setFrames] = useState<readonly PeopleFrame[]>([]);
  useEffect(() => {
    setFrames([]);
    if (!url) return undefined;
    const stop = new AbortController();
    void fetch(url, { signal: stop.signal })
      .then(answer => (answer.ok ? answer.text() : ""))
      .then(text => setFrames(readBoxes(text)))
      .catch(() => undefined);
    return () => stop.abort();
  }, [url]);
  return frames;
}

const speeds = ["0.25", "0.5", "1", "2"];

// A clip with the people in it drawn on exactly their frames.
export function ClipPlayer({ src, boxes, beginS, label, named, onTime, autoPlay = false, tallest, control }: ClipPlayerProps) {
  const { t } = useTranslation();
  const shown = useAppSelector(state => state.preferences.shown);
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frames = useBoxes(boxes);
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [length, setLength] = useState(0);
  const [size, setSize] = useState({ width: 16, height: 9 });
  const [speed, setSpeed] = useState("1");

  const toggle = useCallback(() => {
    const element = video.current;
    if (element?.paused) void element.play().catch(() => undefined);
    else element?.pause();
  }, []);
  const seek = useCallback((seconds: number) => {
    if (video.current) video.current.currentTime = Math.max(0, Math.min(video.current.duration || seconds, seconds));
  }, []);
  useImperativeHandle(control, () => ({ toggle, seek, step: seconds => seek((video.current?.currentTime ?? 0) + seconds) }), [
    toggle,
    seek,
  ]);

  const draw = useCallback(
    (mediaTime: number) => {
      const element = video.current;
      if (!element || !canvas.current) return;
      const moment = beginS + mediaTime;
      paintOverlay(canvas.current, peopleAt(frames, moment * 1e6), {
        frameWidth: element.videoWidth,
        frameHeight: element.videoHeight,
        shown,
        ...(named ? { named: (person: Person) => named(person, moment) } : {}),
      });
      setTime(mediaTime);
      onTime?.(mediaTime);
    },
    [beginS, frames, shown, named, onTime],
  );
  useFrames(video, draw);

  const vars = { "--shape": `${size.width} / ${size.height}`, ...(tallest ? { "--tallest": tallest } : {}) } as CSSProperties;
  return (
    <div>
      <div ref={frame} className={style.frame} style={vars}>
        <video
          ref={video}
          src={src}
          playsInline
          muted
          autoPlay={autoPlay}
          preload="auto"
          aria-label={label}
          onClick={toggle}
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onDurationChange={event => setLength(event.currentTarget.duration)}
          onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) =>
            videoWidth > 0 && setSize({ width: videoWidth, height: videoHeight })
          }
        />
        <canvas ref={canvas} className={style.canvas} aria-hidden />
      </div>
      <Group className={style.controls} wrap="nowrap">
        <ActionIcon size="lg" variant="light" onClick={toggle} aria-label={t(playing ? "clip.pause" : "clip.play")}>
          {playing ? <Pause size={18} /> : <Play size={18} />}
        </ActionIcon>
        <Slider
          className={style.bar}
          size="sm"
          min={0}
          max={length || 1}
          step={0.01}
          value={time}
          onChange={seek}
          label={clock}
          thumbLabel={t("clip.position")}
        />
        <Text size="xs" c="dimmed" className="numbers" style={{ whiteSpace: "nowrap" }}>
          {clock(time)} / {clock(length)}
        </Text>
        <SegmentedControl
          visibleFrom="sm"
          size="xs"
          aria-label={t("clip.speed")}
          value={speed}
          data={speeds.map(value => ({ value, label: `${value}×` }))}
          onChange={value => {
            setSpeed(value);
            if (video.current) video.current.playbackRate = Number(value);
          }}
        />
        {canFillScreen() && (
          <ActionIcon
            size="lg"
            variant="subtle"
            color="gray"
            onClick={() => frame.current && fillScreen(frame.current)}
            aria-label={t("live.full")}
          >
            <Maximize size={17} />
          </ActionIcon>
        )}
      </Group>
    </div>
  );
}
