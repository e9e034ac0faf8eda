import { ActionIcon, Button, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { ArrowLeft, Maximize, Rewind, SlidersHorizontal } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useListEventsQuery, type Camera } from "../api/generated";
import { useMay } from "../app/session";
import { canFillScreen, fillScreen } from "../clip/fullScreen";
import { ShownToggles } from "../clip/ShownToggles";
import { EventCard } from "../repository/EventCard";
import { NotFound } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { WhenLoaded } from "../shell/states";
import { CameraFacts } from "../cameras/CameraFacts";
import { useWatchedCameras } from "../cameras/useWatchedCameras";
import { CameraPicker } from "./CameraPicker";
import { LivePlayer } from "./LivePlayer";

function LatestEvents({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const query = useListEventsQuery({ camera: [camera.id], count: 4 });
  return (
    <section>
      <Text component="h2" fw={650} mb="xs">
        {t("live.latest")}
      </Text>
      <WhenLoaded query={query}>
        {({ events }) =>
          events.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t("live.noEvents")}
            </Text>
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
              {events.map(event => (
                <EventCard key={event.id} event={event} />
              ))}
            </SimpleGrid>
          )
        }
      </WhenLoaded>
    </section>
  );
}

export function LiveCameraPage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const query = useWatchedCameras();
  const mayChange = useMay("cameras");
  const screen = useRef<HTMLDivElement>(null);
  return (
    <WhenLoaded query={query}>
      {cameras => {
        const camera = cameras.find(each => each.id === id);
        if (!camera) return <NotFound />;
        return (
          <Stack>
            <PageTitle
              hint={
                <Group gap={4}>
                  <ActionIcon component={Link} to="/live" variant="subtle" size="sm" aria-label={t("live.all")}>
                    <ArrowLeft size={16} />
                  </ActionIcon>
                  {t("live.all")}
                </Group>
              }
              actions={<CameraPicker cameras={cameras} chosen={id} />}
            >{`#${camera.id} ${camera.name}`}</PageTitle>
            <div ref={screen}>
              <LivePlayer key={camera.id} camera={camera} large />
            </div>
            <Group justify="space-between">
              <ShownToggles />
              <Group gap="xs">
                {canFillScreen() && (
                  <Button
                    size="xs"
                    variant="default"
                    leftSection={<Maximize size={15} aria-hidden />}
                    onClick={() => screen.current && fillScreen(screen.current)}
                  >
                    {t("live.full")}
                  </Button>
                )}
                <Button
                  size="xs"
                  variant="default"
                  component={Link}
                  to={`/timeline?camera=${id}`}
                  leftSection={<Rewind size={15} aria-hidden />}
                >
                  {t("nav.timeline")}
                </Button>
                {mayChange && (
                  <Button
                    size="xs"
                    variant="default"
                    component={Link}
                    to={`/cameras/${id}`}
                    leftSection={<SlidersHorizontal size={15} aria-hidden />}
                  >
                    {t("live.scene")}
                  </Button>
                )}
              </Group>
            </Group>
            <Card>
              <CameraFacts camera={camera} />
            </Card>
            <LatestEvents camera={camera} />
          </Stack>
        );
      }}
    </WhenLoaded>
  );
}
