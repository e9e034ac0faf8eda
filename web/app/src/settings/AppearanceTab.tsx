import { Box } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LanguageChoice } from "../auth/AuthCard";
import { ColourScheme } from "../shell/UserMenu";
import { Section } from "./Section";

export function AppearanceTab() {
  const { t } = useTranslation();
  return (
    <>
      <Section title={t("language.title")} action={<LanguageChoice />} />
      <Section
        title={t("colours.title")}
        action={
          <Box w={260}>
            <ColourScheme />
          </Box>
        }
      />
    </>
  );
}
