import { Button, Stack, Text, Title } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { FileVideo, History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useListJobsQuery } from "../api/generated";
import { useAppSelector } from "../app/hooks";
import { notifyFailure } from "../app/notify";
import { useMay } from "../app/session";
import { OnlyFor } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import { JobCard } from "./JobCard";
import { SendingList } from "./SendingList";
import { send } from "./uploader";

const pollMs = 3000;
const pageLength = 20;
// Browsers know few types of videos by themselves.
const videos = { "video/*": [".mp4", ".mov", ".mkv", ".avi", ".webm", ".ts", ".mts", ".mpg", ".mpeg", ".wmv", ".flv", ".3gp"] };

export function VideoDrop() {
  const { t } = useTranslation();
  return (
    <Dropzone
      onDrop={files => files.forEach(file => void send(file))}
      onReject={() => notifyFailure(t("upload.rejected"))}
      accept={videos}
      radius="lg"
      p="xl"
      inputProps={{ "aria-label": t("upload.drop") }}
    >
      <Stack align="center" gap={6} py="md" style={{ pointerEvents: "none" }}>
        <FileVideo size={38} strokeWidth={1.5} aria-hidden />
        <Text fw={650} ta="center">
          {t("upload.drop")}
        </Text>
        <Text size="sm" c="dimmed" ta="center">
          {t("upload.dropHint")}
        </Text>
      </Stack>
    </Dropzone>
  );
}

// Jobs whose file this window is sending are shown as that.
export function Jobs() {
  const { t } = useTranslation();
  const mayAll = useMay("users");
  const sending = useAppSelector(state => state.uploads);
  const [most, setMost] = useState(pageLength);
  const known = useListJobsQuery();
  const active = known.data?.some(job => job.state === "queued" || job.state === "running") ?? false;
  const query = useListJobsQuery(undefined, { pollingInterval: active ? pollMs : 0, skipPollingIfUnfocused: true });
  return (
    <WhenLoaded query={query}>
      {jobs => {
        const own = new Set(sending.map(file => file.job));
        const shown = jobs.filter(job => !own.has(job.id));
        return shown.length === 0 ? (
          <EmptyState icon={History} title={t("upload.none")} hint={t("upload.noneHint")} />
        ) : (
          <Stack>
            {shown.slice(0, most).map(job => (
              <JobCard key={job.id} job={job} showUser={mayAll} />
            ))}
            {shown.length > most && (
              <Button variant="subtle" onClick={() => setMost(most + pageLength)}>
                {t("repository.more")}
              </Button>
            )}
          </Stack>
        );
      }}
    </WhenLoaded>
  );
}

export function UploadPage() {
  const { t } = useTranslation();
  return (
    <OnlyFor deed="upload">
      <Stack>
        <PageTitle>{t("upload.title")}</PageTitle>
        <VideoDrop />
        <SendingList />
        <Title order={2}>{t("upload.videos")}</Title>
        <Jobs />
      </Stack>
    </OnlyFor>
  );
}
