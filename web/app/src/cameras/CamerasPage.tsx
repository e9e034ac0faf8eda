import { Button, Card, Group, Modal, Stack, Switch, Text, Title } from "@mantine/core";
import { Cctv, Plus, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useChangeCameraMutation, type Camera } from "../api/generated";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import { CameraFacts } from "./CameraFacts";
import { CameraForm } from "./CameraForm";
import { DeleteCamera } from "./DeleteCamera";
import { useWatchedCameras } from "./useWatchedCameras";

function CameraCard({ camera, edit }: { camera: Camera; edit: () => void }) {
  const { t } = useTranslation();
  const mayChange = useMay("cameras");
  const [change, { isLoading }] = useChangeCameraMutation();
  const set = (part: { enabled?: boolean; recording?: boolean }) => void told(change({ id: camera.id, cameraChange: part }));
  return (
    <Card data-camera={camera.id}>
      <Group justify="space-between" mb="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={2}>
            <Link to={`/live/${camera.id}`} style={{ color: "inherit", textDecoration: "none" }}>
              #{camera.id} {camera.name}
            </Link>
          </Title>
          {mayChange && (
            <Text size="xs" c="dimmed" ff="monospace">
              {camera.address}
            </Text>
          )}
        </div>
        {mayChange && (
          <Group gap="md">
            <Switch
              size="sm"
              label={t("cameras.on")}
              checked={camera.enabled}
              disabled={isLoading}
              onChange={event => set({ enabled: event.currentTarget.checked })}
            />
            <Switch
              size="sm"
              label={t("cameras.recording")}
              checked={camera.recording}
              disabled={isLoading}
              onChange={event => set({ recording: event.currentTarget.checked })}
            />
          </Group>
        )}
      </Group>
      <CameraFacts camera={camera} />
      {mayChange && (
        <Group mt="md" gap={8}>
          <Button
            size="xs"
            variant="light"
            component={Link}
            to={`/cameras/${camera.id}`}
            leftSection={<SlidersHorizontal size={15} aria-hidden />}
          >
            {t("live.scene")}
          </Button>
          <Button size="xs" variant="default" onClick={edit}>
            {t("cameras.edit")}
          </Button>
          <DeleteCamera camera={camera} />
        </Group>
      )}
    </Card>
  );
}

export function CamerasPage() {
  const { t } = useTranslation();
  const query = useWatchedCameras();
  const mayChange = useMay("cameras");
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const [edited, setEdited] = useState<Camera | null>(null);
  const adding = search.get("add") === "1" && mayChange;
  const close = () => {
    setEdited(null);
    setSearch({}, { replace: true });
  };
  const add = mayChange && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setSearch({ add: "1" })}>
      {t("cameras.add")}
    </Button>
  );
  return (
    <>
      <PageTitle actions={query.data && query.data.length > 0 && add}>{t("nav.cameras")}</PageTitle>
      <WhenLoaded query={query}>
        {cameras =>
          cameras.length === 0 ? (
            <EmptyState icon={Cctv} title={t("live.none")} hint={t(mayChange ? "cameras.noneHint" : "live.noneHint")}>
              {add}
            </EmptyState>
          ) : (
            <Stack>
              {cameras.map(camera => (
                <CameraCard key={camera.id} camera={camera} edit={() => setEdited(camera)} />
              ))}
            </Stack>
          )
        }
      </WhenLoaded>
      <Modal
        opened={adding || edited !== null}
        onClose={close}
        title={edited ? t("cameras.editTitle", { name: edited.name }) : t("cameras.add")}
      >
        <CameraForm
          key={edited?.id ?? "new"}
          {...(edited ? { camera: edited } : {})}
          done={camera => {
            close();
            if (!edited) void navigate(`/live/${camera.id}`);
          }}
        />
      </Modal>
    </>
  );
}
