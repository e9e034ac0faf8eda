import { Badge, Group, Text } from "@mantine/core";
import { Film, Pin, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { EventSummary } from "../api/generated";
import { useOpened } from "../event/back";
import { decimal, duration, shortDateTime } from "../i18n/formats";
import style from "./repository.module.css";

export function KindBadge({ kind, rule = "" }: { kind: string; rule?: string }) {
  const { t } = useTranslation();
  return (
    <Badge size="sm" variant="light" color={kind === "violence" ? "red" : "violet"}>
      {rule || t(`kinds.${kind}`)}
    </Badge>
  );
}

const reviewColours = { new: "blue", kept: "teal", dismissed: "gray" } as const;

export function ReviewBadge({ review }: { review: EventSummary["review"] }) {
  const { t } = useTranslation();
  return (
    <Badge size="sm" variant="dot" color={reviewColours[review]}>
      {t(`reviews.${review}`)}
    </Badge>
  );
}

export const lengthOf = ({ begin, end }: EventSummary) => (Date.parse(end) - Date.parse(begin)) / 1000;

export function EventCard({ event }: { event: EventSummary }) {
  const { t } = useTranslation();
  const opened = useOpened();
  return (
    <Link to={`/events/${event.id}`} state={opened} className={style.card!} data-review={event.review} data-event={event.id}>
      <div className={style.poster}>
        {event.poster ? <img src={event.poster} alt="" loading="lazy" /> : <Film size={30} aria-hidden />}
        <span className={style.length}>{duration(lengthOf(event))}</span>
        {event.pinned && (
          <span className={style.pin}>
            <Pin size={14} aria-label={t("events.pinned")} />
          </span>
        )}
      </div>
      <div className={style.text}>
        <Group justify="space-between" gap={6} wrap="nowrap">
          <KindBadge kind={event.kind} rule={event.rule} />
          <Text
            size="sm"
            fw={700}
            className="numbers"
            c={event.kind === "violence" ? "var(--violence)" : "var(--named)"}
            title={t("events.score")}
          >
            {decimal(event.score)}
          </Text>
        </Group>
        <Text size="sm" fw={600} truncate>
          {event.source}
        </Text>
        <Group justify="space-between" gap={6} wrap="nowrap">
          <Text size="xs" c="dimmed" className="numbers">
            {shortDateTime(event.begin)}
          </Text>
          <Group gap={8} wrap="nowrap">
            {event.people_count > 0 && (
              <Text size="xs" c="dimmed" component="span" className={style.people!}>
                <Users size={13} aria-hidden />
                {event.people_count}
              </Text>
            )}
            {event.review !== "new" && <ReviewBadge review={event.review} />}
          </Group>
        </Group>
        {event.note && (
          <Text size="xs" lineClamp={2}>
            {event.note}
          </Text>
        )}
      </div>
    </Link>
  );
}
