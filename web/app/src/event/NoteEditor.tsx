import { Button, Group, Text, Textarea } from "@mantine/core";
import { useEffect, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { useChangeEventMutation, type Event } from "../api/generated";
import { told } from "../app/notify";

interface NoteEditorProps {
  event: Event;
  mayChange: boolean;
  done?: () => void;
  field?: Ref<HTMLTextAreaElement>;
}

export function NoteEditor({ event, mayChange, done, field }: NoteEditorProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState(event.note);
  const [change, { isLoading }] = useChangeEventMutation();
  useEffect(() => setNote(event.note), [event.id, event.note]);
  if (!mayChange)
    return (
      <Text size="sm" c={event.note ? undefined : "dimmed"} style={{ whiteSpace: "pre-wrap" }}>
        {event.note || t("event.noNote")}
      </Text>
    );
  const save = async () => {
    if (await told(change({ id: event.id, eventChange: { note } }), t("event.noteSaved"))) done?.();
  };
  return (
    <div>
      <Textarea
        {...(field ? { ref: field } : {})}
        autosize
        minRows={2}
        maxRows={8}
        aria-label={t("event.note")}
        placeholder={t("event.notePlaceholder")}
        value={note}
        onChange={({ currentTarget: { value } }) => setNote(value)}
        onKeyDown={event => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        }}
      />
      {note !== event.note && (
        <Group justify="flex-end" mt={6} gap={6}>
          <Button size="xs" variant="subtle" onClick={() => setNote(event.note)}>
            {t("app.cancel")}
          </Button>
          <Button size="xs" loading={isLoading} onClick={() => void save()}>
            {t("app.save")}
          </Button>
        </Group>
      )}
    </div>
  );
}
