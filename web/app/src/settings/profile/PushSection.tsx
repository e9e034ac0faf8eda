import { Switch, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGetPushKeyQuery, useSubscribePushMutation, useUnsubscribePushMutation, type PushSubscription } from "../../api/generated";
import { notifyFailure, told } from "../../app/notify";
import { Section } from "../Section";
import { currentPush, pushIsPossible, subscribe, unsubscribe } from "./push";

export function PushSection() {
  const { t } = useTranslation();
  const possible = pushIsPossible();
  const { data: key } = useGetPushKeyQuery(undefined, { skip: !possible });
  const [own, setOwn] = useState<PushSubscription | null>(null);
  const [busy, setBusy] = useState(false);
  const [tell] = useSubscribePushMutation();
  const [forget] = useUnsubscribePushMutation();
  useEffect(() => {
    if (possible) void currentPush().then(setOwn);
  }, [possible]);

  const turnOn = async () => {
    const made = await subscribe(key!.key);
    if (await told(tell({ pushSubscription: made }), t("profile.pushOn"))) setOwn(made);
  };
  const turnOff = async () => {
    await told(forget({ pushSubscription: own! }), t("profile.pushOff"));
    await unsubscribe();
    setOwn(null);
  };
  const toggle = async () => {
    setBusy(true);
    try {
      await (own ? turnOff() : turnOn());
    } catch {
      notifyFailure(t("profile.pushRefused"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title={t("profile.push")}
      hint={t("profile.pushHint")}
      action={
        possible && (
          <Switch aria-label={t("profile.push")} checked={own !== null} disabled={busy || !key?.key} onChange={() => void toggle()} />
        )
      }
    >
      {!possible && (
        <Text size="sm" c="dimmed">
          {t("profile.pushImpossible")}
        </Text>
      )}
    </Section>
  );
}
