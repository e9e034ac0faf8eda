import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Camera } from "../api/generated";

// The cameras by id and name, to go to the live picture of one.
export function CameraPicker({ cameras, chosen }: { cameras: readonly Camera[]; chosen?: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Select
      size="xs"
      w={220}
      searchable
      allowDeselect={false}
      aria-label={t("live.choose")}
      placeholder={t("live.choose")}
      nothingFoundMessage={t("live.noSuch")}
      data={cameras.map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
      value={chosen === undefined ? null : String(chosen)}
      onChange={value => value && void navigate(`/live/${value}`)}
    />
  );
}
