import type { MantineThemeOverride } from "@mantine/core";
import type { TFunction } from "i18next";

// Names, for screen readers, of the parts that components draw by themselves as pictures.
export function labelled(t: TFunction): MantineThemeOverride {
  const closed = { defaultProps: { closeButtonProps: { "aria-label": t("app.close") } } };
  return {
    components: {
      Notification: closed,
      Modal: closed,
      Drawer: closed,
      PinInput: { defaultProps: { getInputProps: (index: number) => ({ "aria-label": t("app.digit", { number: index + 1 }) }) } },
      DatePickerInput: {
        defaultProps: {
          clearButtonProps: { "aria-label": t("app.clear") },
          ariaLabels: {
            monthLevelControl: t("calendar.chooseMonth"),
            yearLevelControl: t("calendar.chooseYear"),
            nextMonth: t("calendar.nextMonth"),
            previousMonth: t("calendar.previousMonth"),
            nextYear: t("calendar.nextYear"),
            previousYear: t("calendar.previousYear"),
            nextDecade: t("calendar.nextDecade"),
            previousDecade: t("calendar.previousDecade"),
          },
        },
      },
    },
  };
}
