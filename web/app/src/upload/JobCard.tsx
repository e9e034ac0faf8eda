import { Alert, Badge, Button, Card, Group, Progress, SimpleGrid, Text } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { CircleAlert, ShieldCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useDeleteJobMutation, useListEventsQuery, type Job, type JobState } from "../api/generated";
import { told } from "../app/notify";
import { bytes, percent, shortDateTime } from "../i18n/formats";
import { EventCard } from "../repository/EventCard";
import { ConfirmButton } from "../shell/ConfirmButton";

const colours: Record<JobState, string> = {
  uploading: "blue",
  queued: "gray",
  running: "blue",
  done: "teal",
  failed: "red",
  cancelled: "gray",
};
const shownEvents = 4;

// Its events are asked for once it has been in sight.
function Result({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: "200px" });
  const [seen, setSeen] = useState(false);
  useEffect(() => setSeen(now => now || (entry?.isIntersecting ?? false)), [entry]);
  const { data } = useListEventsQuery({ job: job.id, count: shownEvents }, { skip: job.events === 0 || !seen });
  const isUnsure = data?.next != null && data.events.every(event => event.kind !== "violence");
  const { data: violent } = useListEventsQuery({ job: job.id, kind: "violence", count: 1 }, { skip: !isUnsure });
  const isCalm = data !== undefined && (isUnsure ? violent : data)?.events.every(event => event.kind !== "violence");
  if (job.events === 0) {
    return job.state === "done" ? (
      <Alert role="status" mt="sm" color="teal" icon={<ShieldCheck size={18} aria-hidden />}>
        {t("upload.noViolence")}
      </Alert>
    ) : null;
  }
  return (
    <div ref={ref} role="status">
      <Group justify="space-between" my="sm">
        <Text size="sm" fw={600}>
          {t("upload.found", { count: job.events })}
          {job.state === "done" && isCalm && ` · ${t("upload.noViolence")}`}
        </Text>
        <Button component={Link} to={`/repository?job=${job.id}`} size="compact-sm" variant="light">
          {t("upload.inRepository")}
        </Button>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {data?.events.map(event => (
          <EventCard key={event.id} event={event} />
        ))}
      </SimpleGrid>
    </div>
  );
}

// An uploaded video: how far its analysis is, and what was found.
export function JobCard({ job, showUser }: { job: Job; showUser: boolean }) {
  const { t } = useTranslation();
  const [remove] = useDeleteJobMutation();
  const active = job.state === "queued" || job.state === "running" || job.state === "uploading";
  const share = job.state === "uploading" ? (job.size > 0 ? job.received / job.size : 0) : job.progress;
  const facts = [shortDateTime(job.created), bytes(job.size), showUser && job.user].filter(Boolean);
  return (
    <Card data-job={job.id} data-state={job.state}>
      <Group justify="space-between" gap="sm">
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text fw={650} truncate>
            {job.name}
          </Text>
          <Text size="xs" c="dimmed" className="numbers">
            {facts.join(" · ")}
          </Text>
        </div>
        <Group gap="xs">
          <Badge variant="light" color={colours[job.state]}>
            {t(`upload.jobs.${job.state}`)}
            {active && job.state !== "queued" ? ` ${percent(share)}` : ""}
          </Badge>
          <ConfirmButton
            size="compact-xs"
            variant="subtle"
            color="gray"
            question={t(active ? "upload.cancelQuestion" : "upload.forgetQuestion")}
            hint={active ? undefined : t("upload.forgetHint")}
            confirm={t(active ? "upload.stop" : "upload.forget")}
            onConfirm={() => told(remove({ id: job.id }))}
          >
            {t(active ? "upload.stop" : "upload.forget")}
          </ConfirmButton>
        </Group>
      </Group>
      {active && (
        <Progress
          value={100 * share}
          mt="sm"
          size="sm"
          animated={job.state === "running"}
          aria-label={t("upload.progressOf", { name: job.name })}
        />
      )}
      {job.message && job.state !== "done" && (
        <Alert mt="sm" color={job.state === "failed" ? "red" : "gray"} icon={<CircleAlert size={18} aria-hidden />}>
          {job.message}
        </Alert>
      )}
      <Result job={job} />
    </Card>
  );
}
