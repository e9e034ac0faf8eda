import { Alert, Badge, Button, Group, Modal, Stack, Switch, Text } from "@mantine/core";
import { BellRing, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGetAlertsQuery, useSetAlertsMutation, useTestChannelMutation, type AlertRule, type Alerts, type ChannelStats } from "../../api/generated";
import { notifyDone, notifyProblem, told } from "../../app/notify";
import { ConfirmButton } from "../../shell/ConfirmButton";
import { WhenLoaded } from "../../shell/states";
import { Section } from "../Section";
import { ChannelForm } from "./ChannelForm";
import { freeId, rulesWithout, trimmed, type Channel } from "./channels";
import { RuleForm } from "./RuleForm";

type Change = (part: Partial<Pick<Alerts, "channels" | "rules">>) => Promise<boolean>;

function Stats({ stats }: { stats: ChannelStats | undefined }) {
  const { t } = useTranslation();
  if (!stats) return null;
  return <Text size="xs" c={stats.last_error ? "red" : "dimmed"}>{t("alerts.stats", stats as unknown as Record<string, number>)}{stats.last_error && ` · ${stats.last_error}`}</Text>;
}

function ChannelRow({ channel, alerts, change, edit }: { channel: Channel; alerts: Alerts; change: Change; edit: () => void }) {
  const { t } = useTranslation();
  const [test, { isLoading }] = useTestChannelMutation();
  const run = async () => {
    const { data, error } = await test({ channel: channel.id });
    if (data?.ok) notifyDone(data.message || t("alerts.tested"));
    else notifyProblem((error as never) ?? { status: 200, data: { code: "test_failed", message: data?.message ?? "" } });
  };
  return (
    <Group justify="space-between">
      <div><Text size="sm" fw={600}>{channel.name} <Badge size="sm" variant="light">{t(`alerts.types.${channel.type}`)}</Badge></Text><Stats stats={alerts.stats.find(each => each.id === channel.id)} /></div>
      <Group gap={6}>
        <Button size="compact-sm" variant="light" loading={isLoading} onClick={() => void run()}>{t("alerts.test")}</Button>
        <Button size="compact-sm" variant="default" onClick={edit}>{t("users.edit")}</Button>
        <ConfirmButton size="compact-sm" variant="subtle" question={t("alerts.deleteChannel", { name: channel.name })} onConfirm={() => change({ channels: alerts.channels.filter(each => each.id !== channel.id), rules: rulesWithout(alerts.rules, channel.id) })}>{t("app.delete")}</ConfirmButton>
      </Group>
    </Group>
  );
}

function RuleRow({ rule, alerts, change, edit }: { rule: AlertRule; alerts: Alerts; change: Change; edit: () => void }) {
  const { t } = useTranslation();
  const names = rule.channels.map(id => alerts.channels.find(channel => channel.id === id)?.name ?? `#${id}`).join(", ");
  const what = rule.kinds?.length ? rule.kinds.map(kind => t(`kinds.${kind}`)).join(", ") : t("repository.anyKind");
  return (
    <Group justify="space-between">
      <Group gap="sm" wrap="nowrap">
        <Switch aria-label={t("alerts.ruleOn", { name: rule.name })} checked={rule.enabled ?? true} onChange={event => void change({ rules: alerts.rules.map(each => (each.id === rule.id ? { ...each, enabled: event.currentTarget.checked } : each)) })} />
        <div><Text size="sm" fw={600}>{rule.name}</Text><Text size="xs" c="dimmed">{what} → {names || "–"}</Text></div>
      </Group>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" onClick={edit}>{t("users.edit")}</Button>
        <ConfirmButton size="compact-sm" variant="subtle" question={t("alerts.deleteRule", { name: rule.name })} onConfirm={() => change({ rules: alerts.rules.filter(each => each.id !== rule.id) })}>{t("app.delete")}</ConfirmButton>
      </Group>
    </Group>
  );
}

const withOne = <T extends { id: number }>(all: readonly T[], one: T): T[] => (all.some(each => each.id === one.id) ? all.map(each => (each.id === one.id ? one : each)) : [...all, one]);

function Editor({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const [set] = useSetAlertsMutation();
  const [channel, setChannel] = useState<Channel | null>(null);
  const [rule, setRule] = useState<AlertRule | null>(null);
  const change: Change = part => told(set({ alertsChange: { channels: alerts.channels.map(each => trimmed(each as Channel)), rules: alerts.rules, ...part } }), t("app.saved"));
  const saveChannel = async (next: Channel) => {
    if (await change({ channels: withOne(alerts.channels, next).map(each => trimmed(each as Channel)) })) setChannel(null);
  };
  const saveRule = async (next: AlertRule) => {
    if (await change({ rules: withOne(alerts.rules, next) })) setRule(null);
  };
  const isNew = channel !== null && !alerts.channels.some(each => each.id === channel.id);
  const plus = <Plus size={14} aria-hidden />;
  return (
    <>
      <Section title={t("alerts.channels")} hint={t("alerts.channelsHint")} action={<Button size="xs" variant="light" leftSection={plus} onClick={() => setChannel({ id: freeId(alerts.channels), name: "", type: "webhook" })}>{t("alerts.addChannel")}</Button>}>
        <Stack gap="sm">{alerts.channels.map(each => <ChannelRow key={each.id} channel={each as Channel} alerts={alerts} change={change} edit={() => setChannel(each as Channel)} />)}</Stack>
      </Section>
      <Section title={t("alerts.rules")} hint={t("alerts.rulesHint")} action={<Button size="xs" variant="light" leftSection={plus} disabled={alerts.channels.length === 0} onClick={() => setRule({ id: freeId(alerts.rules), name: "", enabled: true, kinds: ["violence"], channels: alerts.channels.slice(0, 1).map(each => each.id), cool_down_s: 60, when: "begun" })}>{t("alerts.addRule")}</Button>}>
        {alerts.rules.length === 0 && <Alert color="gray" icon={<BellRing size={18} aria-hidden />}>{t("alerts.noRules")}</Alert>}
        <Stack gap="sm">{alerts.rules.map(each => <RuleRow key={each.id} rule={each} alerts={alerts} change={change} edit={() => setRule(each)} />)}</Stack>
      </Section>
      <Modal opened={channel !== null} onClose={() => setChannel(null)} title={t(isNew ? "alerts.addChannel" : "alerts.channel")} closeButtonProps={{ "aria-label": t("app.close") }}>{channel && <ChannelForm channel={channel} isNew={isNew} save={next => void saveChannel(next)} />}</Modal>
      <Modal opened={rule !== null} onClose={() => setRule(null)} title={t("alerts.rule")} closeButtonProps={{ "aria-label": t("app.close") }}>{rule && <RuleForm rule={rule} channels={alerts.channels} save={next => void saveRule(next)} />}</Modal>
    </>
  );
}

export function AlertsTab() {
  const query = useGetAlertsQuery(undefined, { refetchOnMountOrArgChange: true });
  return <WhenLoaded query={query}>{alerts => <Editor alerts={alerts} />}</WhenLoaded>;
}
