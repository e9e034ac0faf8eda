import { ActionIcon, Button, Group, List, NumberInput, Progress, Select, Stack, Text } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGetRetentionQuery, useListCamerasQuery, useSetRetentionMutation, type Retention, type RetentionRule } from "../api/generated";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import { bytes } from "../i18n/formats";
import { WhenLoaded } from "../shell/states";
import { Section } from "./Section";

const gigabyte = 1_000_000_000;
const footage = ["recordings", "events", "dismissed_events"] as const;

function Disk({ retention: { used, free, all } }: { retention: Retention }) {
  const { t } = useTranslation();
  const share = (value: number) => (all > 0 ? (100 * value) / all : 0);
  return (
    <div>
      <Progress.Root size="xl" mb={6} aria-label={t("retention.disk")}>
        <Progress.Section value={share(used)} color="vigil" aria-label={t("retention.used", { size: bytes(used) })} />
        <Progress.Section
          value={share(Math.max(0, all - free - used))}
          color="gray"
          aria-label={t("retention.others", { size: bytes(Math.max(0, all - free - used)) })}
        />
      </Progress.Root>
      <Group gap="lg">
        <Text size="sm" fw={600}>
          {t("retention.used", { size: bytes(used) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t("retention.others", { size: bytes(Math.max(0, all - free - used)) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t("retention.free", { size: bytes(free), all: bytes(all) })}
        </Text>
      </Group>
    </div>
  );
}

// The rules as sentences.
export function InForce({ retention: { rules, reserve, reserve_is } }: { retention: Retention }) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  const general = (footage: RetentionRule["footage"]) =>
    t(rules.some(rule => rule.footage === footage && rule.camera_id !== undefined) ? "retention.eachOtherCamera" : "retention.eachCamera");
  const sentence = ({ footage, camera_id, days, bytes: most }: RetentionRule) =>
    t("retention.sentence", {
      what: t(`retention.kinds.${footage}`),
      where: camera_id === undefined ? general(footage) : (cameras?.find(({ id }) => id === camera_id)?.name ?? `#${camera_id}`),
      limits: [days && t("retention.forDays", { count: days }), most && t("retention.upTo", { size: bytes(most) })]
        .filter(Boolean)
        .join(", "),
    });
  return (
    <List size="sm" spacing={6}>
      {rules.length === 0 && <List.Item>{t("retention.keepAll")}</List.Item>}
      {rules.map((rule, i) => (
        <List.Item key={i}>{sentence(rule)}</List.Item>
      ))}
      <List.Item>{t(`retention.reserve.${reserve_is}`, { size: bytes(reserve) })}</List.Item>
    </List>
  );
}

function RuleRow({ rule, change, remove }: { rule: RetentionRule; change: (rule: RetentionRule) => void; remove: () => void }) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  const set = <K extends keyof RetentionRule>(name: K, value: RetentionRule[K] | undefined) => {
    const { [name]: _, ...rest } = rule;
    change((value === undefined ? rest : { ...rule, [name]: value }) as RetentionRule);
  };
  return (
    <Group gap="xs" align="flex-end">
      <Select
        size="xs"
        w={190}
        allowDeselect={false}
        label={t("retention.footage")}
        value={rule.footage}
        data={footage.map(value => ({ value, label: t(`retention.kinds.${value}`) }))}
        onChange={value => value && set("footage", value as RetentionRule["footage"])}
      />
      <Select
        size="xs"
        w={180}
        clearable
        label={t("event.camera")}
        placeholder={t("live.all")}
        value={rule.camera_id === undefined ? null : String(rule.camera_id)}
        data={(cameras ?? []).map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
        onChange={id => set("camera_id", id ? Number(id) : undefined)}
      />
      <NumberInput
        size="xs"
        w={120}
        label={t("retention.days")}
        placeholder={t("retention.anyAge")}
        min={1}
        max={36500}
        clampBehavior="strict"
        allowDecimal={false}
        value={rule.days ?? ""}
        onChange={value => set("days", Number(value) || undefined)}
      />
      <NumberInput
        size="xs"
        w={120}
        label={t("retention.gigabytes")}
        placeholder={t("retention.anySize")}
        min={0.1}
        decimalScale={1}
        value={rule.bytes === undefined ? "" : rule.bytes / gigabyte}
        onChange={value => set("bytes", Number(value) > 0 ? Math.round(Number(value) * gigabyte) : undefined)}
      />
      <ActionIcon variant="subtle" color="red" size="lg" aria-label={t("retention.remove")} onClick={remove}>
        <Trash2 size={16} />
      </ActionIcon>
    </Group>
  );
}

export function RetentionEditor({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const [rules, setRules] = useState(retention.rules);
  const [set, { isLoading }] = useSetRetentionMutation();
  useEffect(() => setRules(retention.rules), [retention.rules]);
  const touched = JSON.stringify(rules) !== JSON.stringify(retention.rules);
  return (
    <Stack>
      {rules.map((rule, i) => (
        <RuleRow
          key={i}
          rule={rule}
          change={next => setRules(rules.map((each, j) => (j === i ? next : each)))}
          remove={() => setRules(rules.filter((_, j) => j !== i))}
        />
      ))}
      <Group>
        <Button
          size="xs"
          variant="light"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => setRules([...rules, { footage: "recordings", days: 30 }])}
        >
          {t("retention.add")}
        </Button>
        {touched && (
          <Button size="xs" loading={isLoading} onClick={() => void told(set({ retentionRules: { rules } }), t("app.saved"))}>
            {t("app.save")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

export function RetentionTab() {
  const { t } = useTranslation();
  const query = useGetRetentionQuery(undefined, { refetchOnMountOrArgChange: true });
  const mayChange = useMay("retention");
  return (
    <WhenLoaded query={query}>
      {retention => (
        <>
          <Section title={t("retention.disk")}>
            <Disk retention={retention} />
          </Section>
          <Section title={t("retention.inForce")} hint={t("retention.hint")}>
            <InForce retention={retention} />
          </Section>
          {mayChange && (
            <Section title={t("retention.change")}>
              <RetentionEditor retention={retention} />
            </Section>
          )}
        </>
      )}
    </WhenLoaded>
  );
}
