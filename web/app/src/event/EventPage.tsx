import { Anchor, Button, Card, Group, Stack, Title } from "@mantine/core";
import { ArrowLeft, Check, Download, FileText, Pin, PinOff, Trash2, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import { apiRoot } from "../api/base";
import { useChangeEventMutation, useDeleteEventMutation, useGetEventQuery, type Event, type EventChange } from "../api/generated";
import { problemOf } from "../api/problem";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import type { ClipControl } from "../clip/ClipPlayer";
import { dateTime } from "../i18n/formats";
import { ReviewBadge } from "../repository/EventCard";
import { ConfirmButton } from "../shell/ConfirmButton";
import { NotFound } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { WhenLoaded } from "../shell/states";
import { backOf } from "./back";
import { inOrder } from "./culprits";
import { EventFacts } from "./EventFacts";
import { EventPlayback } from "./EventPlayback";
import { NoteEditor } from "./NoteEditor";
import { PersonCard } from "./PersonCard";
import style from "./event.module.css";

function Actions({ event }: { event: Event }) {
  const { t } = useTranslation();
  const [change] = useChangeEventMutation();
  const [remove] = useDeleteEventMutation();
  const navigate = useNavigate();
  const mayReview = useMay("review");
  const set = (eventChange: EventChange, done: string) => void told(change({ id: event.id, eventChange }), done);
  const { state } = useLocation();
  const toDelete = async () => {
    if (await told(remove({ id: event.id }), t("event.deleted"))) await navigate(backOf(state).to, { replace: true });
  };
  const small = { size: "xs", variant: "default" } as const;
  return (
    <Group gap={8}>
      {mayReview && (
        <>
          <Button
            {...small}
            variant={event.review === "kept" ? "light" : "default"}
            leftSection={<Check size={15} aria-hidden />}
            onClick={() => set({ review: "kept" }, t("event.keptNow"))}
          >
            {t("event.keep")}
          </Button>
          <Button
            {...small}
            variant={event.review === "dismissed" ? "light" : "default"}
            leftSection={<X size={15} aria-hidden />}
            onClick={() => set({ review: "dismissed" }, t("event.dismissedNow"))}
          >
            {t("event.dismiss")}
          </Button>
          <Button
            {...small}
            leftSection={event.pinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
            onClick={() => set({ pinned: !event.pinned }, t(event.pinned ? "event.unpinnedNow" : "event.pinnedNow"))}
          >
            {t(event.pinned ? "event.unpin" : "event.pin")}
          </Button>
        </>
      )}
      {event.clip && (
        <Button {...small} component="a" href={`${event.clip}?download=true`} download leftSection={<Download size={15} aria-hidden />}>
          {t("event.downloadClip")}
        </Button>
      )}
      <Button
        {...small}
        component="a"
        href={`${apiRoot}/events/${event.id}/report`}
        target="_blank"
        rel="noreferrer"
        leftSection={<FileText size={15} aria-hidden />}
      >
        {t("event.report")}
      </Button>
      <Anchor size="xs" href={`${apiRoot}/events/${event.id}/report?download=true`} download>
        {t("event.saveReport")}
      </Anchor>
      {mayReview && (
        <ConfirmButton
          size="xs"
          question={t("event.deleteQuestion")}
          hint={t("event.deleteHint")}
          onConfirm={toDelete}
          leftSection={<Trash2 size={15} aria-hidden />}
        >
          {t("app.delete")}
        </ConfirmButton>
      )}
    </Group>
  );
}

function EventView({ event }: { event: Event }) {
  const { t } = useTranslation();
  const player = useRef<ClipControl>(null);
  const mayReview = useMay("review");
  const back = backOf(useLocation().state);
  return (
    <Stack>
      <PageTitle
        hint={
          <Group gap={10}>
            <Anchor component={Link} to={back.to} size="sm">
              <ArrowLeft size={14} aria-hidden /> {t(`nav.${back.page}`)}
            </Anchor>
            <span>{dateTime(event.begin)}</span>
            <ReviewBadge review={event.review} />
          </Group>
        }
      >
        {t("event.title", { what: event.rule || t(`kinds.${event.kind}`), source: event.source })}
      </PageTitle>
      <Actions event={event} />
      <div className={style.columns}>
        <EventPlayback event={event} control={player} />
        <Stack>
          <Card>
            <Title order={2} mb="sm">
              {t("event.details")}
            </Title>
            <EventFacts event={event} />
          </Card>
          <Card>
            <Title order={2} mb="sm">
              {t("event.note")}
            </Title>
            <NoteEditor event={event} mayChange={mayReview} />
          </Card>
        </Stack>
      </div>
      {event.people.length > 0 && (
        <section>
          <Title order={2} mb="sm">
            {t(event.kind === "violence" ? "event.culprits" : "event.people")}
          </Title>
          <div className={style.people}>
            {inOrder(event.kind, event.people).map(person => (
              <PersonCard
                key={person.id}
                event={event}
                person={person}
                {...(event.clip ? { seek: (moment: number) => player.current?.seek(moment - event.clip_begin_s) } : {})}
              />
            ))}
          </div>
        </section>
      )}
    </Stack>
  );
}

export function EventPage() {
  const id = Number(useParams().id);
  const query = useGetEventQuery({ id });
  if (problemOf(query.error)?.code === "not_found") return <NotFound />;
  return <WhenLoaded query={query}>{event => <EventView event={event} />}</WhenLoaded>;
}
