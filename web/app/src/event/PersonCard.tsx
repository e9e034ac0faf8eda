import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { UserX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useChangePersonMutation, type EventPerson } from "../api/generated";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import { clock, decimal } from "../i18n/formats";
import { faceNote, isCulprit } from "./culprits";
import style from "./event.module.css";

interface PersonCardProps {
  event: { id: number; kind: string; clip_begin_s: number };
  person: EventPerson;
  seek?: (moment: number) => void;
}

// Somebody of an event: pictures, the face or why there is none, how sure it is that they took part.
export function PersonCard({ event, person, seek }: PersonCardProps) {
  const { t } = useTranslation();
  const mayReview = useMay("review");
  const [change, { isLoading }] = useChangePersonMutation();
  const culprit = isCulprit(event.kind, person);
  const note = faceNote(person.face_note);
  const toggle = () => void told(change({ id: event.id, person: person.id, personChange: { dismissed: !person.dismissed } }));
  return (
    <Card padding="sm" className={style.person!} data-dismissed={person.dismissed} data-culprit={culprit}>
      <Group justify="space-between" mb={8} gap={6}>
        <Text fw={650} size="sm">
          {t("event.person", { id: person.id })}
        </Text>
        {person.dismissed ? (
          <Badge size="sm" color="gray">
            {t("event.notThem")}
          </Badge>
        ) : (
          <Badge size="sm" variant="light" color={culprit ? "red" : "violet"}>
            {t(culprit ? "event.culprit" : "event.involved")}
          </Badge>
        )}
      </Group>
      <Group gap={8} align="stretch" wrap="nowrap" className={style.pictures!}>
        {person.face ? (
          <figure>
            <img src={person.face} alt={t("event.faceOf", { id: person.id })} loading="lazy" />
            <figcaption>{t("event.face")}</figcaption>
          </figure>
        ) : (
          <div className={style.noFace}>{note ? t(`event.faceNotes.${note}`) : person.face_note || t("event.noFace")}</div>
        )}
        {person.crops.map((crop, i) => (
          <figure key={crop}>
            <img src={crop} alt={t("event.cropOf", { id: person.id, index: i + 1 })} loading="lazy" />
          </figure>
        ))}
      </Group>
      <Stack gap={4} mt={8}>
        <Text size="xs" c="dimmed" className="numbers">
          {t("event.personScore", { score: decimal(person.score) })}
          {person.first_s !== null && ` · ${t("event.from", { time: clock(person.first_s - event.clip_begin_s) })}`}
        </Text>
        <Group gap={6}>
          {seek && person.first_s !== null && (
            <Button size="compact-xs" variant="light" onClick={() => seek(person.first_s!)}>
              {t("event.showMoment")}
            </Button>
          )}
          {mayReview && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              loading={isLoading}
              leftSection={<UserX size={13} aria-hidden />}
              onClick={toggle}
            >
              {t(person.dismissed ? "event.afterAll" : "event.notThisPerson")}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
