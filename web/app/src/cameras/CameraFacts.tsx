import { Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Camera, CameraState } from "../api/generated";
import { codecName } from "./codecs";
import { ago, decimal } from "../i18n/formats";

const colours: Record<CameraState, string> = {
  off: "gray",
  connecting: "yellow",
  live: "teal",
  lost: "red",
  frozen: "orange",
  failed: "red",
};

export function StateBadge({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const state = camera.enabled ? camera.status.state : "off";
  return (
    <Badge variant="dot" color={colours[state]} data-state={state}>
      {t(`cameraStates.${state}`)}
    </Badge>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" fw={550} className="numbers" component="div">
        {children}
      </Text>
    </div>
  );
}

// How a camera does.
export function CameraFacts({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const { status } = camera;
  return (
    <Group style={{ gap: "10px 36px" }}>
      <Fact name={t("cameras.state")}>
        <StateBadge camera={camera} />
      </Fact>
      {status.width_px > 0 && (
        <Fact name={t("cameras.picture")}>
          {[
            `${status.width_px} × ${status.height_px}`,
            status.codec && codecName(status.codec),
            !status.playable && t("cameras.notPlayable"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Fact>
      )}
      <Fact name={t("cameras.fps")}>{decimal(status.fps, 1)}</Fact>
      <Fact name={t("cameras.dropped")}>{status.dropped}</Fact>
      <Fact name={t("cameras.reconnects")}>{status.reconnects}</Fact>
      <Fact name={t("cameras.lastFrame")}>{status.last_frame ? ago(status.last_frame) : "–"}</Fact>
      <Fact name={t("cameras.delay")}>{status.delay_s === null ? "–" : t("cameras.seconds", { seconds: decimal(status.delay_s) })}</Fact>
      {status.reason && (
        <Text size="sm" c="red" w="100%">
          {status.reason}
        </Text>
      )}
      {status.recording_reason && (
        <Text size="sm" c="orange" w="100%">
          {status.recording_reason}
        </Text>
      )}
    </Group>
  );
}
