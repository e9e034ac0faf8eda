import { Badge, Button, Code, Group, Modal, PasswordInput, PinInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  generatedApi,
  useConfirmSecondFactorMutation,
  useOfferSecondFactorMutation,
  useRemoveSecondFactorMutation,
  type TotpOffer,
} from "../../api/generated";
import { useAppDispatch } from "../../app/hooks";
import { notifyProblem, told } from "../../app/notify";
import { useUser } from "../../app/session";
import { Section } from "../Section";
import { QrCode } from "./QrCode";

// Asks for the password; then, to switch it on, shows the secret and asks for a first code.
export function SecondFactorSection() {
  const { t } = useTranslation();
  const { second_factor: on } = useUser();
  const dispatch = useAppDispatch();
  const [opened, setOpened] = useState(false);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [offered, setOffered] = useState<TotpOffer | null>(null);
  const [offer, offering] = useOfferSecondFactorMutation();
  const [confirm, confirming] = useConfirmSecondFactorMutation();
  const [remove, removing] = useRemoveSecondFactorMutation();

  const close = () => {
    setOpened(false);
    setPassword("");
    setCode("");
    setOffered(null);
  };
  const finish = async (request: Promise<{ error?: unknown }>, done: string) => {
    if (!(await told(request, done))) return;
    dispatch(generatedApi.util.invalidateTags(["session"]));
    close();
  };
  const submit = async () => {
    if (on) await finish(remove({ passwordOnly: { password } }), t("profile.factorOff"));
    else if (offered) await finish(confirm({ totpCode: { code } }), t("profile.factorOn"));
    else {
      const { data, error } = await offer({ passwordOnly: { password } });
      if (error) notifyProblem(error);
      setOffered(data ?? null);
    }
  };
  return (
    <Section
      title={t("profile.factor")}
      hint={t("profile.factorHint")}
      action={
        <Group>
          <Badge variant="dot" color={on ? "teal" : "gray"}>
            {t(on ? "profile.isOn" : "profile.isOff")}
          </Badge>
          <Button size="xs" variant="light" onClick={() => setOpened(true)}>
            {t(on ? "profile.turnOff" : "profile.turnOn")}
          </Button>
        </Group>
      }
    >
      <Modal opened={opened} onClose={close} title={t("profile.factor")} size="sm">
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault();
            void submit();
          }}
        >
          <Stack align="stretch">
            {offered ? (
              <>
                <Text size="sm">{t("profile.scan")}</Text>
                <Group justify="center">
                  <QrCode text={offered.uri} label={t("profile.qr")} />
                </Group>
                <Text size="xs" c="dimmed">
                  {t("profile.orType")} <Code style={{ wordBreak: "break-all" }}>{offered.secret}</Code>
                </Text>
                <Text size="sm" id="first-code">
                  {t("profile.firstCode")}
                </Text>
                <PinInput length={6} type="number" oneTimeCode aria-labelledby="first-code" value={code} onChange={setCode} />
              </>
            ) : (
              <PasswordInput
                label={t("profile.currentPassword")}
                autoComplete="current-password"
                data-autofocus
                value={password}
                onChange={event => setPassword(event.currentTarget.value)}
              />
            )}
            <Button
              type="submit"
              color={on ? "red" : "vigil"}
              loading={offering.isLoading || confirming.isLoading || removing.isLoading}
              disabled={offered ? code.length < 6 : password === ""}
            >
              {t(on ? "profile.turnOff" : offered ? "profile.turnOn" : "profile.goOn")}
            </Button>
          </Stack>
        </form>
      </Modal>
    </Section>
  );
}
