import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Event } from "../api/generated";
import { useMay } from "../app/session";
import { bytes, dateOnly, decimal, duration, timeOnly } from "../i18n/formats";
import { lengthOf } from "../repository/EventCard";
import style from "./event.module.css";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function EventFacts({ event }: { event: Event }) {
  const { t } = useTranslation();
  const maySeeUploads = useMay("upload");
  const source =
    event.camera_id !== null ? (
      <Anchor component={Link} to={`/live/${event.camera_id}`} inherit>
        {event.source}
      </Anchor>
    ) : event.job_id !== null && maySeeUploads ? (
      <Anchor component={Link} to={`/repository?job=${event.job_id}`} inherit>
        {event.source}
      </Anchor>
    ) : (
      event.source
    );
  return (
    <dl className={style.facts}>
      <Fact name={t("event.date")}>
        <time dateTime={event.begin}>{dateOnly(event.begin)}</time>
      </Fact>
      <Fact name={t("event.time")}>
        {timeOnly(event.begin)} – {timeOnly(event.end)}
      </Fact>
      <Fact name={t("event.lasted")}>{duration(lengthOf(event))}</Fact>
      <Fact name={t(event.camera_id !== null ? "event.camera" : "event.video")}>{source}</Fact>
      <Fact name={t("event.what")}>{t(`kinds.${event.kind}`)}</Fact>
      {event.rule && <Fact name={t("event.rule")}>{event.rule}</Fact>}
      {event.zone && <Fact name={t("event.zone")}>{event.zone}</Fact>}
      <Fact name={t("events.score")}>{decimal(event.score)}</Fact>
      <Fact name={t("event.people")}>{event.people.length}</Fact>
      {event.caption && <Fact name={t("event.caption")}>{event.caption}</Fact>}
      <Fact name={t("event.size")}>{bytes(event.size)}</Fact>
    </dl>
  );
}
