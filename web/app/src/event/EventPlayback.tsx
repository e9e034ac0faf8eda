import { Alert, Group, Stack } from "@mantine/core";
import { Film } from "lucide-react";
import { useCallback, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { Event } from "../api/generated";
import { ClipPlayer, type ClipControl } from "../clip/ClipPlayer";
import type { Person } from "../clip/people";
import { ShownToggles } from "../clip/ShownToggles";
import { ScoreChart } from "./ScoreChart";
import clip from "../clip/clip.module.css";

interface EventPlaybackProps {
  event: Event;
  autoPlay?: boolean;
  tallest?: string;
  control?: Ref<ClipControl>;
}

// The event's clip and, below it, its scores: moving one moves the other.
export function EventPlayback({ event, autoPlay, tallest, control }: EventPlaybackProps) {
  const { t } = useTranslation();
  const [time, setTime] = useState(0);
  const player = useRef<ClipControl>(null);
  useImperativeHandle(
    control,
    () => ({
      toggle: () => player.current?.toggle(),
      seek: seconds => player.current?.seek(seconds),
      step: seconds => player.current?.step(seconds),
    }),
    [],
  );

  // Who does what a rule's event names, while they do it.
  const named = useMemo(() => {
    if (event.kind === "violence") return undefined;
    const begins = new Map(event.people.filter(person => !person.dismissed).map(person => [person.id, person.first_s ?? event.begin_s]));
    return (person: Person, moment: number) => moment >= (begins.get(person.id) ?? Infinity) && moment <= event.end_s;
  }, [event]);
  const seek = useCallback((moment: number) => player.current?.seek(moment - event.clip_begin_s), [event.clip_begin_s]);

  return (
    <Stack gap="sm">
      {event.clip ? (
        <ClipPlayer
          control={player}
          src={event.clip}
          boxes={event.boxes}
          beginS={event.clip_begin_s}
          label={t("event.clip")}
          onTime={setTime}
          {...(named ? { named } : {})}
          {...(autoPlay ? { autoPlay } : {})}
          {...(tallest ? { tallest } : {})}
        />
      ) : (
        <>
          <div className={clip.frame}>{event.poster && <img src={event.poster} alt={t("event.poster")} />}</div>
          <Alert icon={<Film size={18} aria-hidden />} color="yellow" title={t("event.noClip")}>
            {event.notes.join(" ")}
          </Alert>
        </>
      )}
      {event.clip && (
        <Group justify="flex-end">
          <ShownToggles />
        </Group>
      )}
      <ScoreChart event={event} moment={event.clip_begin_s + time} seek={seek} />
    </Stack>
  );
}
