import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeleteCameraMutation, type Camera } from "../api/generated";
import { problemOf } from "../api/problem";
import { notifyDone, notifyProblem } from "../app/notify";

const hasRecordings = (error: unknown) => problemOf(error)?.code === "has_recordings";

// Deletes a camera after a question; its recordings only where that is said.
export function DeleteCamera({ camera: { id, name } }: { camera: Camera }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  const [withRecordings, setWithRecordings] = useState(false);
  const [remove, { error, isLoading, reset }] = useDeleteCameraMutation();
  const refused = !withRecordings && hasRecordings(error);
  const ask = () => {
    reset();
    setWithRecordings(false);
    open();
  };
  const go = async () => {
    const answer = await remove({ id, ...(withRecordings ? { withRecordings } : {}) });
    if (!withRecordings && hasRecordings(answer.error)) return;
    close();
    if (answer.error) notifyProblem(answer.error);
    else notifyDone(t("cameras.deleted"));
  };
  return (
    <>
      <Button size="xs" variant="subtle" color="red" leftSection={<Trash2 size={15} aria-hidden />} onClick={ask}>
        {t("app.delete")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("cameras.deleteQuestion", { name })} size="sm">
        <Stack>
          <Text size="sm" c="dimmed">
            {t("cameras.deleteHint")}
          </Text>
          <Checkbox
            label={t("cameras.withRecordings")}
            checked={withRecordings}
            onChange={event => setWithRecordings(event.currentTarget.checked)}
          />
          {refused && (
            <Alert role="alert" color="red">
              {t("cameras.hasRecordings", { name })}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {t("app.cancel")}
            </Button>
            <Button color="red" loading={isLoading} onClick={() => void go()}>
              {t("app.delete")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
