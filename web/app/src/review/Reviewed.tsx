import { Button, Card, Group, Kbd, Stack, Text } from "@mantine/core";
import { Check, Pin, PinOff, X } from "lucide-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Event } from "../api/generated";
import type { ClipControl } from "../clip/ClipPlayer";
import type { Opened } from "../event/back";
import { EventFacts } from "../event/EventFacts";
import { EventPlayback } from "../event/EventPlayback";
import { NoteEditor } from "../event/NoteEditor";
import { dateTime } from "../i18n/formats";
import { KindBadge } from "../repository/EventCard";
import type { Action } from "./keys";
import style from "../event/event.module.css";

interface ReviewedProps {
  event: Event;
  act: (action: Action) => void;
  player: RefObject<ClipControl | null>;
  note: RefObject<HTMLTextAreaElement | null>;
}

// The event that is being looked at, and what can be done with it.
export function Reviewed({ event, act, player, note }: ReviewedProps) {
  const { t } = useTranslation();
  return (
    <div className={style.columns}>
      <EventPlayback key={event.id} event={event} autoPlay control={player} tallest="58vh" />
      <Stack>
        <Card>
          <Group justify="space-between" mb="xs">
            <KindBadge kind={event.kind} rule={event.rule} />
            <Text size="xs" c="dimmed">
              {dateTime(event.begin)}
            </Text>
          </Group>
          <EventFacts event={event} />
          <Button
            component={Link}
            to={`/events/${event.id}`}
            state={{ from: "/review" } satisfies Opened}
            variant="subtle"
            size="compact-sm"
            mt="sm"
          >
            {t("review.open")}
          </Button>
        </Card>
        <Group grow gap={8}>
          <Button
            onClick={() => act("keep")}
            leftSection={<Check size={17} aria-hidden />}
            rightSection={
              <Kbd size="xs" aria-hidden>
                K
              </Kbd>
            }
            aria-keyshortcuts="k"
          >
            {t("event.keep")}
          </Button>
          <Button
            onClick={() => act("dismiss")}
            color="gray"
            variant="light"
            leftSection={<X size={17} aria-hidden />}
            rightSection={
              <Kbd size="xs" aria-hidden>
                D
              </Kbd>
            }
            aria-keyshortcuts="d"
          >
            {t("review.false")}
          </Button>
        </Group>
        <Button
          onClick={() => act("pin")}
          variant="default"
          leftSection={event.pinned ? <PinOff size={16} aria-hidden /> : <Pin size={16} aria-hidden />}
          rightSection={
            <Kbd size="xs" aria-hidden>
              P
            </Kbd>
          }
          aria-keyshortcuts="p"
        >
          {t(event.pinned ? "event.unpin" : "event.pin")}
        </Button>
        <NoteEditor event={event} mayChange field={note} done={() => note.current?.blur()} />
      </Stack>
    </div>
  );
}
