import { Anchor, Badge, Group, Loader, Text } from "@mantine/core";
import { CameraOff, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Camera } from "../api/generated";
import { useAppSelector } from "../app/hooks";
import { paintOverlay } from "../clip/overlay";
import { peopleAt } from "../clip/people";
import { useFrames } from "../clip/useFrames";
import { useOpened } from "../event/back";
import { decimal } from "../i18n/formats";
import { Pictures } from "./Pictures";
import { playLive, type StreamState } from "./stream";
import { useLiveData, type LiveData } from "./useLiveData";
import clip from "../clip/clip.module.css";
import style from "./live.module.css";

const same = (a: StreamState, b: StreamState) => a.kind === b.kind && ("reason" in a ? a.reason : "") === ("reason" in b ? b.reason : "");

function Status({ camera, state }: { camera: Camera; state: StreamState }) {
  const { t } = useTranslation();
  if (state.kind === "playing" || state.kind === "refused") return null;
  if (state.kind === "connecting")
    return (
      <div className={style.status}>
        <Loader size="sm" color="gray" aria-label={t("live.connecting")} />
      </div>
    );
  if (state.kind === "broken")
    return (
      <div className={style.status} role="status">
        <Loader size="sm" color="gray" aria-hidden />
        <Text size="sm" ta="center">
          {t("live.broken")}
        </Text>
      </div>
    );
  const shown = camera.enabled ? (camera.status.state === "live" ? "connecting" : camera.status.state) : "off";
  return (
    <div className={style.status} role="status">
      <CameraOff size={26} aria-hidden />
      <Text fw={600}>{t(`cameraStates.${shown}`)}</Text>
      <Text size="sm" ta="center">
        {camera.enabled && (state.reason || camera.status.reason)}
      </Text>
    </div>
  );
}

function EventBanner({ event }: { event: LiveData["event"] }) {
  const { t } = useTranslation();
  const opened = useOpened();
  if (!event) return null;
  const what = event.rule || t(`kinds.${event.kind}`);
  return (
    <div className={style.banner} data-kind={event.kind} role="status">
      <TriangleAlert size={16} aria-hidden />
      <span>{t(event.state === "begun" ? "live.begun" : "live.ended", { what })}</span>
      {event.id !== null && (
        <Anchor component={Link} to={`/events/${event.id}`} state={opened} c="inherit" fw={700} underline="always">
          {t("live.seeEvent")}
        </Anchor>
      )}
    </div>
  );
}

// A camera's live picture with the people in it.
export function LivePlayer({ camera, large = false }: { camera: Camera; large?: boolean }) {
  const { t } = useTranslation();
  const shown = useAppSelector(state => state.preferences.shown);
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<StreamState>({ kind: "connecting" });
  const [delay, setDelay] = useState<number | null>(null);
  const { people, latency, size, score, violent, event } = useLiveData(camera.id);

  const latest = useRef(people);
  latest.current = people;
  useEffect(
    () =>
      playLive(video.current!, camera.id, {
        tell: next => setState(now => (same(now, next) ? now : next)),
        newestBoxes: () => latest.current.newest(),
      }),
    [camera.id],
  );

  const toldAt = useRef(0);
  const tellDelay = useCallback((of: (nowMs: number) => number | null) => {
    const now = Date.now();
    if (now - toldAt.current < 1000) return;
    toldAt.current = now;
    setDelay(of(now));
  }, []);
  useEffect(() => {
    toldAt.current = 0;
    setDelay(null);
  }, [camera.id, state.kind, shown.boxes]);

  const frame = useCallback(
    (mediaTime: number) => {
      if (!canvas.current || !video.current) return;
      const [frameWidth, frameHeight] = [size.width || video.current.videoWidth, size.height || video.current.videoHeight];
      paintOverlay(canvas.current, peopleAt(people.frames, mediaTime * 1e6), { frameWidth, frameHeight, shown });
      tellDelay(now => latency.of(mediaTime, now));
    },
    [people, latency, size, shown, tellDelay],
  );
  useFrames(video, frame);

  const shape = large && size.width > 0 ? { "--shape": `${size.width} / ${size.height}` } : {};
  const behind = delay === null ? null : Math.max(0, delay);
  const frameStyle = { ...shape, outline: violent ? "3px solid #ff3b30" : undefined } as CSSProperties;
  return (
    <div className={clip.frame} data-violent={violent} style={frameStyle}>
      <video
        ref={video}
        muted
        playsInline
        autoPlay
        aria-label={t("live.pictureOf", { name: camera.name })}
        hidden={state.kind === "refused"}
      />
      {state.kind === "refused" ? (
        <Pictures
          camera={camera.id}
          boxes={shown.boxes}
          label={t("live.pictureOf", { name: camera.name })}
          {...(shown.boxes ? { onPicture: () => tellDelay(now => latency.ofNewest(now)) } : {})}
        />
      ) : (
        <canvas ref={canvas} className={clip.canvas} aria-hidden />
      )}
      <Status camera={camera} state={state} />
      <div className={style.foot}>
        <Group className={style.plate} gap={8} wrap="nowrap">
          <Badge size="sm" variant="filled" color="dark" flex="none">
            #{camera.id}
          </Badge>
          <Text size="sm" fw={600} truncate>
            {camera.name}
          </Text>
        </Group>
        <div className={style.facts}>
          {state.kind === "refused" && <span title={state.reason}>{t("live.stills")}</span>}
          {score !== null && shown.scores && <span data-violent={violent}>{t("live.score", { score: decimal(score) })}</span>}
          {(state.kind === "playing" || state.kind === "refused") && behind !== null && (
            <span data-delay={behind} title={t("live.delayHint")}>
              <span className={style.long}>{t("live.delay", { seconds: decimal(behind, large ? 2 : 1) })}</span>
              <span className={style.short}>{t("cameras.seconds", { seconds: decimal(behind, 1) })}</span>
            </span>
          )}
        </div>
      </div>
      <EventBanner event={event} />
    </div>
  );
}
