import { ActionIcon, Anchor, Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { ArrowLeft, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useBlocker, useParams } from "react-router";
import { apiRoot } from "../api/base";
import { useChangeCameraMutation, useGetCameraQuery, type Camera } from "../api/generated";
import { told } from "../app/notify";
import { OnlyFor } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { WhenLoaded } from "../shell/states";
import { problemsOf } from "./rules";
import { Rules, Shapes, Threshold } from "./ScenePanels";
import { SceneCanvas } from "./SceneCanvas";
import { sameScene, withPoints, type ShapeId } from "./scenes";
import style from "./scene.module.css";

function Editor({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const [scene, setScene] = useState(camera.scene);
  const [chosen, setChosen] = useState<ShapeId | null>(null);
  const [taken, setTaken] = useState(() => Date.now());
  const [save, { isLoading }] = useChangeCameraMutation();
  const touched = !sameScene(scene, camera.scene);
  const problems = problemsOf(scene);
  useEffect(() => {
    if (!touched) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [touched]);
  const leaving = useBlocker(({ currentLocation, nextLocation }) => touched && currentLocation.pathname !== nextLocation.pathname);
  const { width_px, height_px } = camera.status;
  return (
    <Stack>
      <PageTitle
        hint={
          <Anchor component={Link} to="/cameras" size="sm">
            <ArrowLeft size={14} aria-hidden /> {t("nav.cameras")}
          </Anchor>
        }
        actions={
          <ActionIcon variant="default" size="lg" aria-label={t("scene.newPicture")} onClick={() => setTaken(Date.now())}>
            <RefreshCw size={17} />
          </ActionIcon>
        }
      >
        {t("scene.title", { name: camera.name })}
      </PageTitle>
      <div className={style.columns}>
        <Stack>
          <SceneCanvas
            scene={scene}
            picture={`${apiRoot}/cameras/${camera.id}/snapshot?boxes=false&at=${taken}`}
            aspect={width_px > 0 && height_px > 0 ? width_px / height_px : 16 / 9}
            chosen={chosen}
            choose={setChosen}
            change={(shape, points) => setScene(now => withPoints(now, shape, points))}
          />
          <Text size="xs" c="dimmed">
            {t("scene.hint")}
          </Text>
          <Rules scene={scene} change={setScene} />
        </Stack>
        <Stack>
          <Shapes scene={scene} change={setScene} chosen={chosen} choose={setChosen} />
          <Threshold scene={scene} change={setScene} />
        </Stack>
      </div>
      {touched && (
        <div className={style.savebar} role="region" aria-label={t("scene.unsaved")}>
          <Group gap={6}>
            {problems.length === 0 ? (
              <Text size="sm">{t("scene.unsaved")}</Text>
            ) : (
              problems.map(problem => (
                <Badge key={problem} color="red" variant="light" tt="none">
                  {t(`scene.problems.${problem}`)}
                </Badge>
              ))
            )}
          </Group>
          <Group gap="xs">
            <Button
              variant="default"
              onClick={() => {
                setChosen(null);
                setScene(camera.scene);
              }}
            >
              {t("scene.discard")}
            </Button>
            <Button
              loading={isLoading}
              disabled={problems.length > 0}
              onClick={() => void told(save({ id: camera.id, cameraChange: { scene } }), t("app.saved"))}
            >
              {t("app.save")}
            </Button>
          </Group>
        </div>
      )}
      <Modal opened={leaving.state === "blocked"} onClose={() => leaving.reset?.()} title={t("scene.leaveQuestion")} size="sm">
        <Text size="sm" c="dimmed" mb="md">
          {t("scene.unsaved")}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => leaving.reset?.()} data-autofocus>
            {t("scene.stay")}
          </Button>
          <Button color="red" onClick={() => leaving.proceed?.()}>
            {t("scene.discard")}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}

export function ScenePage() {
  const id = Number(useParams().id);
  const query = useGetCameraQuery({ id });
  return (
    <OnlyFor deed="cameras">
      <WhenLoaded query={query}>{camera => <Editor key={camera.id} camera={camera} />}</WhenLoaded>
    </OnlyFor>
  );
}
