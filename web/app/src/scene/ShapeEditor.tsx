import { ActionIcon, Alert, Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { Minus, Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Mask, Scene } from "../api/generated";
import { crossesItself, fewestCorners, movedPoint, withCorner, withoutCorner, type Point } from "./geometry";
import { pointsOf, renamed, withoutShape, withPoints, type ShapeId } from "./scenes";
import style from "./scene.module.css";

interface ShapeEditorProps {
  scene: Scene;
  shape: ShapeId;
  change: (scene: Scene) => void;
  removed: () => void;
}

// The points of a shape as numbers, in hundredths of the picture.
function Points({ points, polygon, change }: { points: Point[]; polygon: boolean; change: (points: Point[]) => void }) {
  const { t } = useTranslation();
  const field = (point: Point, i: number, axis: 0 | 1) => (
    <NumberInput
      size="xs"
      min={0}
      max={100}
      step={1}
      decimalScale={1}
      suffix=" %"
      hideControls
      aria-label={t(axis === 0 ? "scene.x" : "scene.y", { number: i + 1 })}
      value={Math.round(point[axis]! * 1000) / 10}
      onChange={value =>
        typeof value === "number" && change(movedPoint(points, i, axis === 0 ? [value / 100, point[1]!] : [point[0]!, value / 100]))
      }
    />
  );
  return (
    <div className={style.points}>
      {points.map((point, i) => [
        <Text key={`n${i}`} size="xs" c="dimmed">
          {i + 1}
        </Text>,
        <div key={`x${i}`}>{field(point, i, 0)}</div>,
        <div key={`y${i}`}>{field(point, i, 1)}</div>,
        <ActionIcon
          key={`a${i}`}
          size="sm"
          variant="subtle"
          disabled={!polygon}
          aria-label={t("scene.addCorner", { number: i + 1 })}
          onClick={() => change(withCorner(points, i))}
        >
          <Plus size={14} />
        </ActionIcon>,
        <ActionIcon
          key={`r${i}`}
          size="sm"
          variant="subtle"
          color="gray"
          disabled={!polygon || points.length <= fewestCorners}
          aria-label={t("scene.removeCorner", { number: i + 1 })}
          onClick={() => change(withoutCorner(points, i))}
        >
          <Minus size={14} />
        </ActionIcon>,
      ])}
    </div>
  );
}

export function ShapeEditor({ scene, shape, change, removed }: ShapeEditorProps) {
  const { t } = useTranslation();
  const { kind, index } = shape;
  const points = pointsOf(scene, shape);
  if (points.length === 0) return null;
  const mask = kind === "masks" ? scene.masks[index] : undefined;
  return (
    <Stack gap="sm">
      {kind === "masks" ? (
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("scene.maskKind")}
            value={mask!.kind}
            data={(["privacy", "detection"] as const).map(value => ({ value, label: t(`scene.maskKinds.${value}`) }))}
            onChange={value =>
              change({ ...scene, masks: scene.masks.map((each, i) => (i === index ? { ...each, kind: value as Mask["kind"] } : each)) })
            }
          />
          <Text size="xs" c="dimmed">
            {t(`scene.maskHints.${mask!.kind}`)}
          </Text>
        </>
      ) : (
        <TextInput
          size="xs"
          label={t("scene.name")}
          value={scene[kind][index]!.name}
          onChange={event => change(renamed(scene, kind, index, event.currentTarget.value))}
        />
      )}
      {kind !== "lines" && crossesItself(points) && (
        <Alert color="yellow" p="xs">
          {t("scene.crosses")}
        </Alert>
      )}
      <Points points={points} polygon={kind !== "lines"} change={next => change(withPoints(scene, shape, next))} />
      <Group justify="space-between">
        {kind === "lines" ? (
          <Button size="compact-xs" variant="subtle" onClick={() => change(withPoints(scene, shape, [points[1]!, points[0]!]))}>
            {t("scene.turn")}
          </Button>
        ) : (
          <span />
        )}
        <Button
          size="compact-xs"
          color="red"
          variant="subtle"
          leftSection={<Trash2 size={13} aria-hidden />}
          onClick={() => {
            removed();
            change(withoutShape(scene, shape));
          }}
        >
          {t("app.delete")}
        </Button>
      </Group>
    </Stack>
  );
}
