import { Radio, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGetSettingsQuery, useGetSystemQuery, useSetSettingsMutation, type SignUp } from "../api/generated";
import { told } from "../app/notify";
import { bytes, dateTime } from "../i18n/formats";
import { WhenLoaded } from "../shell/states";
import { Section } from "./Section";

export function SignUpMode() {
  const { t } = useTranslation();
  const query = useGetSettingsQuery();
  const [set] = useSetSettingsMutation();
  return (
    <WhenLoaded query={query}>
      {settings => (
        <Radio.Group
          aria-label={t("settings.signUp.title")}
          value={settings.sign_up}
          onChange={value => void told(set({ serverSettings: { ...settings, sign_up: value as SignUp } }), t("app.saved"))}
        >
          <Stack gap="xs">
            {(["off", "approval", "open"] as const).map(mode => (
              <Radio key={mode} value={mode} label={t(`settings.signUp.${mode}`)} description={t(`settings.signUp.${mode}Hint`)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </WhenLoaded>
  );
}

export function GeneralTab() {
  const { t } = useTranslation();
  const { data: system } = useGetSystemQuery();
  return (
    <>
      <Section title={t("settings.signUp.title")} hint={t("settings.signUp.hint")}>
        <SignUpMode />
      </Section>
      {system && (
        <Section title={t("settings.system")}>
          <Text size="sm">{t("settings.version", { version: system.version })}</Text>
          <Text size="sm">{t("settings.started", { time: dateTime(system.started) })}</Text>
          <Text size="sm">{t("settings.disk", { free: bytes(system.disk_free), all: bytes(system.disk_all) })}</Text>
        </Section>
      )}
    </>
  );
}
