import { ActionIcon, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useAppSelector } from "../app/hooks";
import { bytes, percent } from "../i18n/formats";
import { cancel, goOn, pause } from "./uploader";
import type { Sending } from "./uploads";

function Row({ file }: { file: Sending }) {
  const { t } = useTranslation();
  const share = file.size > 0 ? file.sent / file.size : 0;
  const goesOn = file.state === "paused" || file.state === "failed";
  return (
    <Card padding="sm" data-upload={file.state}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" fw={600} truncate>
          {file.name}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" className="numbers" style={{ whiteSpace: "nowrap" }}>
            {bytes(file.sent)} / {bytes(file.size)} · {percent(share)}
          </Text>
          {file.state === "sending" && (
            <ActionIcon variant="subtle" aria-label={t("upload.pause", { name: file.name })} onClick={() => void pause(file.key)}>
              <Pause size={16} />
            </ActionIcon>
          )}
          {goesOn && (
            <ActionIcon variant="subtle" aria-label={t("upload.goOn", { name: file.name })} onClick={() => goOn(file.key)}>
              {file.state === "failed" ? <RotateCcw size={16} /> : <Play size={16} />}
            </ActionIcon>
          )}
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={t("upload.cancel", { name: file.name })}
            onClick={() => void cancel(file.key)}
          >
            <X size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Progress
        value={100 * share}
        size="sm"
        mt={8}
        striped={file.state === "sending"}
        color={file.state === "failed" ? "red" : "vigil"}
        aria-label={t("upload.progressOf", { name: file.name })}
      />
      <Text size="xs" c={file.state === "failed" ? "red" : "dimmed"} mt={4} role={file.state === "failed" ? "alert" : undefined}>
        {file.message || t(`upload.states.${file.state}`)}
      </Text>
    </Card>
  );
}

export function SendingList() {
  const files = useAppSelector(state => state.uploads);
  return files.length === 0 ? null : (
    <Stack gap="xs">
      {files.map(file => (
        <Row key={file.key} file={file} />
      ))}
    </Stack>
  );
}
