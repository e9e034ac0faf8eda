import { ActionIcon, Card, Chip, Group, NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Rule, Scene } from "../api/generated";
import { kindFields, numbersOf, ofKind, ruleKinds } from "./rules";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

type Schedule = NonNullable<Rule["schedule"]>;

function ScheduleFields({ schedule, change }: { schedule: Schedule | undefined; change: (schedule: Schedule | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Switch
        size="xs"
        label={t("scene.onlyAt")}
        checked={schedule !== undefined}
        onChange={event => change(event.currentTarget.checked ? { from: "22:00", to: "06:00" } : undefined)}
      />
      {schedule && (
        <>
          <Chip.Group
            multiple
            value={schedule.days ?? []}
            onChange={days => {
              const { days: _, ...rest } = schedule;
              change(days.length > 0 ? { ...rest, days } : rest);
            }}
          >
            <Group gap={4} role="group" aria-label={t("scene.days")}>
              {weekdays.map(day => (
                <Chip key={day} size="xs" value={day}>
                  {t(`scene.weekdays.${day}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <Group grow>
            <TextInput
              size="xs"
              type="time"
              label={t("scene.fromTime")}
              value={schedule.from ?? ""}
              onChange={event => change({ ...schedule, from: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              type="time"
              label={t("scene.toTime")}
              value={schedule.to ?? ""}
              onChange={event => change({ ...schedule, to: event.currentTarget.value })}
            />
          </Group>
        </>
      )}
    </Stack>
  );
}

interface RuleEditorProps {
  scene: Scene;
  rule: Rule;
  change: (rule: Rule) => void;
  remove: () => void;
}

// A rule, with the fields that its kind has. What is left empty is as the description of rules says.
export function RuleEditor({ scene, rule, change, remove }: RuleEditorProps) {
  const { t } = useTranslation();
  const fields = kindFields[rule.kind];
  const set = <K extends keyof Rule>(name: K, value: Rule[K] | undefined) => {
    const { [name]: _, ...rest } = rule;
    change((value === undefined ? rest : { ...rule, [name]: value }) as Rule);
  };
  const places = (all: readonly { name: string }[]) => [...new Set(all.map(each => each.name))].filter(name => name !== "");
  return (
    <Card padding="sm">
      <Stack gap="xs">
        <Group wrap="nowrap" align="flex-end" gap={6}>
          <TextInput
            size="xs"
            flex={1}
            label={t("scene.ruleName")}
            value={rule.name}
            onChange={event => set("name", event.currentTarget.value)}
          />
          <ActionIcon variant="subtle" color="red" aria-label={t("scene.removeRule", { name: rule.name })} onClick={remove}>
            <Trash2 size={16} />
          </ActionIcon>
        </Group>
        <Select
          size="xs"
          allowDeselect={false}
          label={t("scene.tells")}
          value={rule.kind}
          data={ruleKinds.map(kind => ({ value: kind, label: t(`scene.kinds.${kind}`) }))}
          onChange={kind => kind && change(ofKind(rule, kind as Rule["kind"], scene))}
        />
        {fields.zone !== "none" && (
          <Select
            size="xs"
            clearable={fields.zone === "optional"}
            label={t("scene.zone")}
            placeholder={t(fields.zone === "optional" ? "scene.anywhere" : "scene.chooseZone")}
            data={places(scene.zones)}
            value={rule.zone ?? null}
            error={fields.zone === "needed" && !rule.zone}
            onChange={zone => set("zone", zone ?? undefined)}
          />
        )}
        {fields.line && (
          <Group grow>
            <Select
              size="xs"
              label={t("scene.line")}
              placeholder={t("scene.chooseLine")}
              data={places(scene.lines)}
              value={rule.line ?? null}
              error={!rule.line}
              onChange={line => set("line", line ?? undefined)}
            />
            <Select
              size="xs"
              allowDeselect={false}
              label={t("scene.direction")}
              value={rule.direction ?? "both"}
              data={(["both", "left-to-right", "right-to-left"] as const).map(value => ({ value, label: t(`scene.directions.${value}`) }))}
              onChange={direction => set("direction", direction ?? undefined)}
            />
          </Group>
        )}
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
          {numbersOf(rule).map(({ name, usual, min, max, step }) => (
            <NumberInput
              key={name}
              size="xs"
              label={t(`scene.fields.${name}`)}
              placeholder={String(usual)}
              min={min}
              max={max}
              step={step}
              decimalScale={2}
              allowDecimal={name !== "people"}
              value={rule[name] ?? ""}
              onChange={value => set(name, value === "" ? undefined : Number(value))}
            />
          ))}
        </SimpleGrid>
        <ScheduleFields schedule={rule.schedule} change={schedule => set("schedule", schedule)} />
      </Stack>
    </Card>
  );
}
