import { Badge, Button, Group, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTestChannelMutation, type AlertRule, type Alerts, type ChannelStats } from "../../api/generated";
import { notifyDone, notifyFailure, notifyProblem } from "../../app/notify";
import { ConfirmButton } from "../../shell/ConfirmButton";
import { rulesWithout, type Channel } from "./channels";

// Saves what is given, and all else as it is. True: it is saved.
export type Change = (part: Partial<Pick<Alerts, "channels" | "rules">>) => Promise<boolean>;

function Stats({ stats }: { stats: ChannelStats | undefined }) {
  const { t } = useTranslation();
  if (!stats) return null;
  return (
    <Text size="xs" c={stats.last_error ? "red" : "dimmed"}>
      {t("alerts.stats", stats as unknown as Record<string, number>)}
      {stats.last_error && ` · ${stats.last_error}`}
    </Text>
  );
}

export function ChannelRow({ channel, alerts, change, edit }: { channel: Channel; alerts: Alerts; change: Change; edit: () => void }) {
  const { t } = useTranslation();
  const [test, { isLoading }] = useTestChannelMutation();
  const run = async () => {
    const { data, error } = await test({ channel: channel.id });
    if (data?.ok) notifyDone(data.message || t("alerts.tested"));
    else if (error) notifyProblem(error);
    else notifyFailure(data?.message ?? "");
  };
  return (
    <Group justify="space-between">
      <div>
        <Text size="sm" fw={600}>
          {channel.name}{" "}
          <Badge size="sm" variant="light">
            {t(`alerts.types.${channel.type}`)}
          </Badge>
        </Text>
        <Stats stats={alerts.stats.find(each => each.id === channel.id)} />
      </div>
      <Group gap={6}>
        <Button size="compact-sm" variant="light" loading={isLoading} onClick={() => void run()}>
          {t("alerts.test")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={edit}>
          {t("users.edit")}
        </Button>
        <ConfirmButton
          size="compact-sm"
          variant="subtle"
          question={t("alerts.deleteChannel", { name: channel.name })}
          onConfirm={() =>
            change({ channels: alerts.channels.filter(each => each.id !== channel.id), rules: rulesWithout(alerts.rules, channel.id) })
          }
        >
          {t("app.delete")}
        </ConfirmButton>
      </Group>
    </Group>
  );
}

export function RuleRow({ rule, alerts, change, edit }: { rule: AlertRule; alerts: Alerts; change: Change; edit: () => void }) {
  const { t } = useTranslation();
  const names = rule.channels.map(id => alerts.channels.find(channel => channel.id === id)?.name ?? `#${id}`).join(", ");
  const what = rule.kinds?.length ? rule.kinds.map(kind => t(`kinds.${kind}`)).join(", ") : t("repository.anyKind");
  return (
    <Group justify="space-between">
      <Group gap="sm" wrap="nowrap">
        <Switch
          aria-label={t("alerts.ruleOn", { name: rule.name })}
          checked={rule.enabled ?? true}
          onChange={event =>
            void change({
              rules: alerts.rules.map(each => (each.id === rule.id ? { ...each, enabled: event.currentTarget.checked } : each)),
            })
          }
        />
        <div>
          <Text size="sm" fw={600}>
            {rule.name}
          </Text>
          <Text size="xs" c="dimmed">
            {what} → {names || "–"}
          </Text>
        </div>
      </Group>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" onClick={edit}>
          {t("users.edit")}
        </Button>
        <ConfirmButton
          size="compact-sm"
          variant="subtle"
          question={t("alerts.deleteRule", { name: rule.name })}
          onConfirm={() => change({ rules: alerts.rules.filter(each => each.id !== rule.id) })}
        >
          {t("app.delete")}
        </ConfirmButton>
      </Group>
    </Group>
  );
}
