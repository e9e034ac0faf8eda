import { Button, Card, Group, Slider, Stack, Switch, Text, Title, UnstyledButton } from "@mantine/core";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Scene } from "../api/generated";
import { decimal } from "../i18n/formats";
import { RuleEditor } from "./RuleEditor";
import { newRule } from "./rules";
import { freeName, sameShape, withShape, type ShapeId, type ShapeKind } from "./scenes";
import { ShapeEditor } from "./ShapeEditor";

const shapeKinds: readonly ShapeKind[] = ["zones", "lines", "masks"];
const usualThreshold = 0.5;

interface PartProps {
  scene: Scene;
  change: (scene: Scene) => void;
}

export function Shapes({ scene, change, chosen, choose }: PartProps & { chosen: ShapeId | null; choose: (shape: ShapeId | null) => void }) {
  const { t } = useTranslation();
  const add = (kind: ShapeKind) => {
    const { scene: next, added } = withShape(scene, kind, freeName(scene, t(`scene.base.${kind}`)));
    change(next);
    choose(added);
  };
  return (
    <Card>
      {shapeKinds.map(kind => (
        <Stack key={kind} gap={6} mb="sm">
          <Group justify="space-between">
            <Title order={3}>{t(`scene.${kind}`)}</Title>
            <Button size="compact-xs" variant="light" leftSection={<Plus size={13} aria-hidden />} onClick={() => add(kind)}>
              {t(`scene.add.${kind}`)}
            </Button>
          </Group>
          {scene[kind].map((each, index) => {
            const shape = { kind, index };
            const own = sameShape(shape, chosen);
            const name = "name" in each ? each.name : t(`scene.maskKinds.${each.kind}`);
            return (
              <div key={index}>
                <UnstyledButton fz="sm" fw={own ? 650 : 400} py={3} aria-expanded={own} onClick={() => choose(own ? null : shape)}>
                  {name || "–"}
                </UnstyledButton>
                {own && <ShapeEditor scene={scene} shape={shape} change={change} removed={() => choose(null)} />}
              </div>
            );
          })}
        </Stack>
      ))}
    </Card>
  );
}

export function Threshold({ scene, change }: PartProps) {
  const { t } = useTranslation();
  const own = scene.threshold !== null;
  return (
    <Card>
      <Title order={3} mb="xs">
        {t("scene.threshold")}
      </Title>
      <Switch
        size="sm"
        label={t("scene.ownThreshold")}
        description={t("scene.thresholdHint")}
        checked={own}
        onChange={event => change({ ...scene, threshold: event.currentTarget.checked ? usualThreshold : null })}
      />
      {own && (
        <Slider
          mt="md"
          mb="lg"
          min={0}
          max={1}
          step={0.01}
          value={scene.threshold ?? usualThreshold}
          label={value => decimal(value)}
          thumbLabel={t("scene.threshold")}
          marks={[0, 0.5, 1].map(value => ({ value, label: decimal(value, 1) }))}
          onChange={threshold => change({ ...scene, threshold })}
        />
      )}
    </Card>
  );
}

export function Rules({ scene, change }: PartProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>{t("scene.rules")}</Title>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => change({ ...scene, rules: [...scene.rules, newRule(scene, t("scene.base.rules"))] })}
        >
          {t("scene.add.rules")}
        </Button>
      </Group>
      {scene.rules.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("scene.noRules")}
        </Text>
      )}
      {scene.rules.map((rule, i) => (
        <RuleEditor
          key={i}
          scene={scene}
          rule={rule}
          change={next => change({ ...scene, rules: scene.rules.map((each, j) => (j === i ? next : each)) })}
          remove={() => change({ ...scene, rules: scene.rules.filter((_, j) => j !== i) })}
        />
      ))}
    </Stack>
  );
}
