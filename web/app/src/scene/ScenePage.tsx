import { ActionIcon, Anchor, Badge, Button, Card, Group, Slider, Stack, Switch, Text, Title, UnstyledButton } from "@mantine/core";
import { ArrowLeft, Plus, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { apiRoot } from "../api/base";
import { useChangeCameraMutation, useGetCameraQuery, type Camera, type Scene } from "../api/generated";
import { told } from "../app/notify";
import { decimal } from "../i18n/formats";
import { OnlyFor } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { WhenLoaded } from "../shell/states";
import { RuleEditor } from "./RuleEditor";
import { newRule, problemsOf } from "./rules";
import { SceneCanvas } from "./SceneCanvas";
import { freeName, sameShape, withPoints, withShape, type ShapeId, type ShapeKind } from "./scenes";
import { ShapeEditor } from "./ShapeEditor";
import style from "./scene.module.css";

const shapeKinds: readonly ShapeKind[] = ["zones", "lines", "masks"];
const usualThreshold = 0.5;

interface PartProps {
  scene: Scene;
  change: (scene: Scene) => void;
}

function Shapes({ scene, change, chosen, choose }: PartProps & { chosen: ShapeId | null; choose: (shape: ShapeId | null) => void }) {
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
            <Button size="compact-xs" variant="light" leftSection={<Plus size={13} aria-hidden />} onClick={() => add(kind)}>{t(`scene.add.${kind}`)}</Button>
          </Group>
          {scene[kind].map((each, index) => {
            const shape = { kind, index };
            const own = sameShape(shape, chosen);
            const name = "name" in each ? each.name : t(`scene.maskKinds.${each.kind}`);
            return (
              <div key={index}>
                <UnstyledButton fz="sm" fw={own ? 650 : 400} py={3} aria-expanded={own} onClick={() => choose(own ? null : shape)}>{name || "–"}</UnstyledButton>
                {own && <ShapeEditor scene={scene} shape={shape} change={change} removed={() => choose(null)} />}
              </div>
            );
          })}
        </Stack>
      ))}
    </Card>
  );
}

function Threshold({ scene, change }: PartProps) {
  const { t } = useTranslation();
  const own = scene.threshold !== null;
  return (
    <Card>
      <Title order={3} mb="xs">{t("scene.threshold")}</Title>
      <Switch size="sm" label={t("scene.ownThreshold")} description={t("scene.thresholdHint")} checked={own} onChange={event => change({ ...scene, threshold: event.currentTarget.checked ? usualThreshold : null })} />
      {own && <Slider mt="md" mb="lg" min={0} max={1} step={0.01} value={scene.threshold ?? usualThreshold} label={value => decimal(value)} thumbLabel={t("scene.threshold")} marks={[0, 0.5, 1].map(value => ({ value, label: decimal(value, 1) }))} onChange={threshold => change({ ...scene, threshold })} />}
    </Card>
  );
}

function Rules({ scene, change }: PartProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>{t("scene.rules")}</Title>
        <Button size="compact-sm" variant="light" leftSection={<Plus size={14} aria-hidden />} onClick={() => change({ ...scene, rules: [...scene.rules, newRule(scene, t("scene.base.rules"))] })}>{t("scene.add.rules")}</Button>
      </Group>
      {scene.rules.length === 0 && <Text size="sm" c="dimmed">{t("scene.noRules")}</Text>}
      {scene.rules.map((rule, i) => (
        <RuleEditor key={i} scene={scene} rule={rule} change={next => change({ ...scene, rules: scene.rules.map((each, j) => (j === i ? next : each)) })} remove={() => change({ ...scene, rules: scene.rules.filter((_, j) => j !== i) })} />
      ))}
    </Stack>
  );
}

function Editor({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const [scene, setScene] = useState(camera.scene);
  const [chosen, setChosen] = useState<ShapeId | null>(null);
  const [taken, setTaken] = useState(() => Date.now());
  const [save, { isLoading }] = useChangeCameraMutation();
  const touched = JSON.stringify(scene) !== JSON.stringify(camera.scene);
  const problems = problemsOf(scene);
  useEffect(() => {
    if (!touched) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [touched]);
  const { width_px, height_px } = camera.status;
  return (
    <Stack>
      <PageTitle hint={<Anchor component={Link} to="/cameras" size="sm"><ArrowLeft size={14} aria-hidden /> {t("nav.cameras")}</Anchor>}
        actions={<ActionIcon variant="default" size="lg" aria-label={t("scene.newPicture")} onClick={() => setTaken(Date.now())}><RefreshCw size={17} /></ActionIcon>}>{t("scene.title", { name: camera.name })}</PageTitle>
      <div className={style["columns"]}>
        <Stack>
          <SceneCanvas scene={scene} picture={`${apiRoot}/cameras/${camera.id}/snapshot?at=${taken}`} aspect={width_px > 0 && height_px > 0 ? width_px / height_px : 16 / 9} chosen={chosen} choose={setChosen}
            change={(shape, points) => setScene(now => withPoints(now, shape, points))} />
          <Text size="xs" c="dimmed">{t("scene.hint")}</Text>
          <Rules scene={scene} change={setScene} />
        </Stack>
        <Stack><Shapes scene={scene} change={setScene} chosen={chosen} choose={setChosen} /><Threshold scene={scene} change={setScene} /></Stack>
      </div>
      {touched && (
        <div className={style["savebar"]} role="region" aria-label={t("scene.unsaved")}>
          <Group gap={6}>{problems.length === 0 ? <Text size="sm">{t("scene.unsaved")}</Text> : problems.map(problem => <Badge key={problem} color="red" variant="light" tt="none">{t(`scene.problems.${problem}`)}</Badge>)}</Group>
          <Group gap="xs">
            <Button variant="default" onClick={() => { setChosen(null); setScene(camera.scene); }}>{t("scene.discard")}</Button>
            <Button loading={isLoading} disabled={problems.length > 0} onClick={() => void told(save({ id: camera.id, cameraChange: { scene } }), t("app.saved"))}>{t("app.save")}</Button>
          </Group>
        </div>
      )}
    </Stack>
  );
}

export function ScenePage() {
  const id = Number(useParams()["id"]);
  const query = useGetCameraQuery({ id });
  return <OnlyFor deed="cameras"><WhenLoaded query={query}>{camera => <Editor key={camera.id} camera={camera} />}</WhenLoaded></OnlyFor>;
}
