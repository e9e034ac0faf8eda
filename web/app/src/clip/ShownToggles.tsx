import { Chip, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAppDispatch, useAppSelector } from "../app/hooks";
import { show } from "../app/preferences";

// What is drawn on pictures of people, everywhere.
export function ShownToggles() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const shown = useAppSelector(state => state.preferences.shown);
  return (
    <Group gap={6} role="group" aria-label={t("shown.title")}>
      {(["boxes", "skeletons", "scores"] as const).map(each => (
        <Chip key={each} size="xs" checked={shown[each]} onChange={on => dispatch(show({ [each]: on }))}>
          {t(`shown.${each}`)}
        </Chip>
      ))}
    </Group>
  );
}
