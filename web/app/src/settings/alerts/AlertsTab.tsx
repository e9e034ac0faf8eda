import { Alert, Button, Modal, Stack } from "@mantine/core";
import { BellRing, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGetAlertsQuery, useSetAlertsMutation, type AlertRule, type Alerts } from "../../api/generated";
import { told } from "../../app/notify";
import { WhenLoaded } from "../../shell/states";
import { Section } from "../Section";
import { ChannelRow, RuleRow, type Change } from "./AlertRows";
import { ChannelForm } from "./ChannelForm";
import { freeId, newChannel, trimmed, type Channel } from "./channels";
import { RuleForm } from "./RuleForm";

const withOne = <T extends { id: number }>(all: readonly T[], one: T): T[] =>
  all.some(each => each.id === one.id) ? all.map(each => (each.id === one.id ? one : each)) : [...all, one];

function Editor({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const [set] = useSetAlertsMutation();
  const [channel, setChannel] = useState<Channel | null>(null);
  const [rule, setRule] = useState<AlertRule | null>(null);
  const change: Change = part =>
    told(
      set({ alertsChange: { channels: alerts.channels.map(each => trimmed(each as Channel)), rules: alerts.rules, ...part } }),
      t("app.saved"),
    );
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
      <Section
        title={t("alerts.channels")}
        hint={t("alerts.channelsHint")}
        action={
          <Button
            size="xs"
            variant="light"
            leftSection={plus}
            onClick={() => setChannel(newChannel(freeId(alerts.channels), "", "webhook"))}
          >
            {t("alerts.addChannel")}
          </Button>
        }
      >
        <Stack gap="sm">
          {alerts.channels.map(each => (
            <ChannelRow key={each.id} channel={each as Channel} alerts={alerts} change={change} edit={() => setChannel(each as Channel)} />
          ))}
        </Stack>
      </Section>
      <Section
        title={t("alerts.rules")}
        hint={t("alerts.rulesHint")}
        action={
          <Button
            size="xs"
            variant="light"
            leftSection={plus}
            disabled={alerts.channels.length === 0}
            onClick={() =>
              setRule({
                id: freeId(alerts.rules),
                name: "",
                enabled: true,
                kinds: ["violence"],
                channels: alerts.channels.slice(0, 1).map(each => each.id),
                cool_down_s: 60,
                when: "begun",
              })
            }
          >
            {t("alerts.addRule")}
          </Button>
        }
      >
        {alerts.rules.length === 0 && (
          <Alert color="gray" icon={<BellRing size={18} aria-hidden />}>
            {t("alerts.noRules")}
          </Alert>
        )}
        <Stack gap="sm">
          {alerts.rules.map(each => (
            <RuleRow key={each.id} rule={each} alerts={alerts} change={change} edit={() => setRule(each)} />
          ))}
        </Stack>
      </Section>
      <Modal opened={channel !== null} onClose={() => setChannel(null)} title={t(isNew ? "alerts.addChannel" : "alerts.channel")}>
        {channel && <ChannelForm channel={channel} isNew={isNew} save={next => void saveChannel(next)} />}
      </Modal>
      <Modal opened={rule !== null} onClose={() => setRule(null)} title={t("alerts.rule")}>
        {rule && <RuleForm rule={rule} channels={alerts.channels} save={next => void saveRule(next)} />}
      </Modal>
    </>
  );
}

export function AlertsTab() {
  const query = useGetAlertsQuery(undefined, { refetchOnMountOrArgChange: true });
  return <WhenLoaded query={query}>{alerts => <Editor alerts={alerts} />}</WhenLoaded>;
}
