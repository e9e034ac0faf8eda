import { Alert, Anchor, List, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGetSystemQuery, useListCamerasQuery, type Warning } from "../api/generated";
import { useMay } from "../app/session";

const everyMinute = 60_000;

function Sentence({ warning: { code, camera_id, reason } }: { warning: Warning }) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  const camera = cameras?.find(({ id }) => id === camera_id)?.name ?? `#${camera_id}`;
  return (
    <>
      {t(`warnings.${code}`, { camera, reason })}{" "}
      <Anchor component={Link} to={camera_id === undefined ? "/settings/retention" : "/cameras"} size="sm">
        {t(camera_id === undefined ? "settings.tabs.retention" : "nav.cameras")}
      </Anchor>
    </>
  );
}

// What footage may be lost by, on every page of those who can do something about it.
export function AttentionBanner() {
  const { t } = useTranslation();
  const mayAct = useMay("cameras");
  const { data: system } = useGetSystemQuery(undefined, { skip: !mayAct, pollingInterval: everyMinute, skipPollingIfUnfocused: true });
  if (!system || system.warnings.length === 0) return null;
  return (
    <Alert role="region" color="yellow" mb="md" aria-label={t("warnings.title")} icon={<TriangleAlert size={18} aria-hidden />}>
      <Text size="sm" fw={650} mb={4}>
        {t("warnings.title")}
      </Text>
      <List size="sm">
        {system.warnings.map(warning => (
          <List.Item key={`${warning.code}-${warning.camera_id}`}>
            <Sentence warning={warning} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
