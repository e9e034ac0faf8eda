import { Text } from "@mantine/core";
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { locate, type Segment } from "./geometry";
import clip from "../clip/clip.module.css";
import style from "./timeline.module.css";

export interface SegmentControl {
  seek: (time: number) => void;
  toggle: () => void;
}

interface SegmentPlayerProps {
  segments: readonly Segment[];
  label: string;
  speed: number;
  onTime: (time: number) => void;
  onPlaying: (playing: boolean) => void;
  control: Ref<SegmentControl>;
}

// Plays segment after segment in two video elements that take turns: while one plays, the other loads what follows.
export function SegmentPlayer({ segments, label, speed, onTime, onPlaying, control }: SegmentPlayerProps) {
  const { t } = useTranslation();
  const [first, second] = [useRef<HTMLVideoElement>(null), useRef<HTMLVideoElement>(null)];
  // Not by its index: the list grows, and loses what retention removes.
  const [place, setPlace] = useState({ id: -1, turn: 0 });
  const wanted = useRef({ offsetS: 0, play: false });
  const { turn } = place;
  const index = segments.findIndex(({ id }) => id === place.id);
  const [active, other] = turn === 0 ? [first, second] : [second, first];
  const shown = segments[index];
  const next = segments[index + 1];
  const show = ({ id }: Segment) => setPlace({ id, turn: id === next?.id ? 1 - turn : turn });

  useImperativeHandle(control, () => ({
    seek: time => {
      const found = locate(segments, time);
      if (!found) return;
      const segment = segments[found.index]!;
      wanted.current = { offsetS: found.offsetS, play: wanted.current.play };
      if (segment === shown && active.current) active.current.currentTime = found.offsetS;
      else show(segment);
      onTime(Math.max(time, segment.begin));
    },
    toggle: () => {
      const video = active.current;
      if (!video || index < 0) return;
      wanted.current.play = video.paused;
      if (video.paused) void video.play().catch(() => undefined);
      else video.pause();
    },
  }));

  // The other segment's video stops, this one's goes where it was wanted.
  useEffect(() => {
    const video = active.current;
    if (!video || index < 0) return;
    other.current?.pause();
    video.currentTime = wanted.current.offsetS;
    video.playbackRate = speed;
    if (wanted.current.play) void video.play().catch(() => undefined);
  }, [shown?.id]);
  useEffect(() => {
    for (const video of [first, second]) if (video.current) video.current.playbackRate = speed;
  }, [speed]);

  const ended = () => {
    if (!next) {
      wanted.current.play = false;
      onPlaying(false);
      return;
    }
    wanted.current = { offsetS: 0, play: true };
    show(next);
  };
  return (
    <div className={clip.frame}>
      {[first, second].map((video, i) => {
        const own = turn === i;
        const segment = own ? shown : next;
        return (
          <video
            key={i}
            ref={video}
            src={segment?.url}
            preload="auto"
            muted
            playsInline
            aria-label={own ? label : undefined}
            aria-hidden={!own}
            className={own ? undefined : style.spare}
            onTimeUpdate={event => own && shown && onTime(shown.begin + event.currentTarget.currentTime * 1000)}
            onEnded={() => own && ended()}
            onPlay={() => own && onPlaying(true)}
            onPause={event => own && !event.currentTarget.ended && onPlaying(false)}
          />
        );
      })}
      {index < 0 && (
        <Text c="gray.4" size="sm" style={{ position: "absolute", inset: 0, display: "grid", placeItems: "center" }}>
          {t("timeline.choose")}
        </Text>
      )}
    </div>
  );
}
