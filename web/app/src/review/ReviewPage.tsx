import { Button, Progress, Stack } from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { CircleCheckBig, Keyboard, SkipBack, SkipForward, Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useChangeEventMutation, useGetEventQuery, useListEventsQuery, type EventChange } from "../api/generated";
import { problemOf } from "../api/problem";
import { told } from "../app/notify";
import type { ClipControl } from "../clip/ClipPlayer";
import { OnlyFor } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, LoadError } from "../shell/states";
import { Splash } from "../shell/Splash";
import { actionOf, isTaken, type Action } from "./keys";
import { Reviewed } from "./Reviewed";
import { Shortcuts } from "./Shortcuts";
import { current, decided, emptyQueue, moved, refused, undone, without, withArrived } from "./queue";

function Review() {
  const { t } = useTranslation();
  const list = useListEventsQuery({ review: "new", count: 200, oldestFirst: true });
  const [queue, setQueue] = useState(emptyQueue);
  const [change] = useChangeEventMutation();
  const [help, { open, close }] = useDisclosure();
  const player = useRef<ClipControl>(null);
  const note = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (list.data)
      setQueue(now =>
        withArrived(
          now,
          list.data!.events.map(event => event.id),
        ),
      );
  }, [list.data]);

  const id = current(queue);
  const { currentData: event, error } = useGetEventQuery({ id: id! }, { skip: id === undefined });
  useEffect(() => {
    if (id !== undefined && problemOf(error)?.code === "not_found") setQueue(now => without(now, id));
  }, [id, error]);

  const set = (of: number, eventChange: EventChange) => told(change({ id: of, eventChange }));
  const decide = async (review: "kept" | "dismissed") => {
    if (id === undefined) return;
    setQueue(now => decided(now, review));
    if (!(await set(id, { review }))) setQueue(now => refused(now, id));
  };
  const undo = () => {
    const back = undone(queue);
    if (!back) return;
    setQueue(back.queue);
    void set(back.id, { review: "new" });
  };
  const actions: Record<Action, () => void> = {
    keep: () => void decide("kept"),
    dismiss: () => void decide("dismissed"),
    pin: () => event && void set(event.id, { pinned: !event.pinned }),
    note: () => note.current?.focus(),
    next: () => setQueue(now => moved(now, 1)),
    previous: () => setQueue(now => moved(now, -1)),
    play: () => player.current?.toggle(),
    back: () => player.current?.step(-0.5),
    forward: () => player.current?.step(0.5),
    undo,
    help: open,
  };
  const act = (action: Action) => actions[action]();
  useWindowEvent("keydown", pressed => {
    const action = actionOf(pressed);
    if (!action || isTaken(pressed.target, action)) return;
    pressed.preventDefault();
    act(action);
  });

  if (!list.data) return list.error ? <LoadError error={list.error as never} retry={() => void list.refetch()} /> : <Splash />;
  const all = queue.ids.length;
  const place = Math.min(queue.index + 1, all);
  return (
    <Stack>
      <PageTitle
        hint={
          all > 0 && (
            <span role="status">{id === undefined ? t("review.allDone", { count: all }) : t("review.progress", { place, all })}</span>
          )
        }
        actions={
          <>
            <Button
              size="xs"
              variant="default"
              disabled={queue.decisions.length === 0}
              leftSection={<Undo2 size={15} aria-hidden />}
              onClick={undo}
              aria-keyshortcuts="u"
            >
              {t("review.undo")}
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={queue.index === 0}
              onClick={() => act("previous")}
              aria-label={t("review.actions.previous")}
            >
              <SkipBack size={15} aria-hidden />
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={id === undefined}
              onClick={() => act("next")}
              aria-label={t("review.actions.next")}
            >
              <SkipForward size={15} aria-hidden />
            </Button>
            <Button size="xs" variant="subtle" visibleFrom="sm" leftSection={<Keyboard size={15} aria-hidden />} onClick={open}>
              {t("review.shortcuts")}
            </Button>
          </>
        }
      >
        {t("nav.review")}
      </PageTitle>
      {all > 0 && <Progress value={(100 * queue.index) / all} size="xs" aria-label={t("review.progress", { place, all })} />}
      {id === undefined ? (
        <EmptyState icon={CircleCheckBig} title={t("review.nothing")} hint={t("review.nothingHint")}>
          <Button component={Link} to="/repository" variant="light">
            {t("repository.title")}
          </Button>
        </EmptyState>
      ) : event ? (
        <Reviewed event={event} act={act} player={player} note={note} />
      ) : error ? (
        <LoadError error={error as never} />
      ) : (
        <Splash />
      )}
      <Shortcuts opened={help} close={close} />
    </Stack>
  );
}

export const ReviewPage = () => (
  <OnlyFor deed="review">
    <Review />
  </OnlyFor>
);
