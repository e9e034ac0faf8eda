import { Button, Group, MultiSelect, NumberInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useListCamerasQuery, type AlertChannel, type AlertRule } from "../../api/generated";
import { kinds } from "../../repository/FilterBar";

interface RuleFormProps {
  rule: AlertRule;
  channels: readonly AlertChannel[];
  save: (rule: AlertRule) => void;
}

export function RuleForm({ rule: initial, channels, save }: RuleFormProps) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  const [rule, setRule] = useState(initial);
  const set = (part: Partial<AlertRule>) => setRule(now => ({ ...now, ...part }));
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        save(rule);
      }}
    >
      <Stack>
        <TextInput
          label={t("cameras.name")}
          required
          data-autofocus
          value={rule.name}
          onChange={event => set({ name: event.currentTarget.value })}
        />
        <MultiSelect
          label={t("repository.kind")}
          placeholder={rule.kinds?.length ? "" : t("repository.anyKind")}
          data={kinds.map(value => ({ value, label: t(`kinds.${value}`) }))}
          value={rule.kinds ?? []}
          onChange={value => set({ kinds: value })}
        />
        <MultiSelect
          label={t("repository.cameras")}
          placeholder={rule.cameras?.length ? "" : t("live.all")}
          data={(cameras ?? []).map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
          value={(rule.cameras ?? []).map(String)}
          onChange={value => set({ cameras: value.map(Number) })}
        />
        <MultiSelect
          label={t("alerts.through")}
          required
          data={channels.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={rule.channels.map(String)}
          onChange={value => set({ channels: value.map(Number) })}
        />
        <Group grow>
          <NumberInput
            label={t("repository.leastScore")}
            min={0}
            max={1}
            step={0.05}
            decimalScale={2}
            value={rule.least_score ?? 0}
            onChange={value => set({ least_score: Number(value) || 0 })}
          />
          <NumberInput
            label={t("alerts.coolDown")}
            min={0}
            allowDecimal={false}
            step={10}
            value={rule.cool_down_s ?? 60}
            onChange={value => set({ cool_down_s: Number(value) || 0 })}
          />
        </Group>
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("alerts.when")}
          </Text>
          <SegmentedControl
            fullWidth
            aria-label={t("alerts.when")}
            value={rule.when ?? "begun"}
            data={(["begun", "ended", "both"] as const).map(value => ({ value, label: t(`alerts.whens.${value}`) }))}
            onChange={value => set({ when: value as NonNullable<AlertRule["when"]> })}
          />
        </div>
        <Group justify="flex-end">
          <Button type="submit" disabled={rule.name.trim() === "" || rule.channels.length === 0}>
            {t("app.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
