import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMySessionsQuery, useRevokeMySessionMutation } from "../../api/generated";
import { told } from "../../app/notify";
import { ago } from "../../i18n/formats";
import { WhenLoaded } from "../../shell/states";
import { Section } from "../Section";
import { browserOf } from "./agents";

export function SessionsSection() {
  const { t } = useTranslation();
  const query = useMySessionsQuery();
  const [revoke] = useRevokeMySessionMutation();
  return (
    <Section title={t("profile.sessions")} hint={t("profile.sessionsHint")}>
      <WhenLoaded query={query}>
        {sessions => (
          <Stack gap="sm">
            {sessions.map(session => (
              <Group key={session.id} justify="space-between">
                <div>
                  <Text size="sm" fw={550} title={session.agent}>
                    {browserOf(session.agent) || t("profile.unknownBrowser")}{" "}
                    {session.current && (
                      <Badge size="sm" variant="light">
                        {t("profile.thisOne")}
                      </Badge>
                    )}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {session.address} · {t("profile.seen", { when: ago(session.seen) })}
                  </Text>
                </div>
                {!session.current && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    onClick={() => void told(revoke({ id: session.id }), t("profile.revoked"))}
                  >
                    {t("app.logOut")}
                  </Button>
                )}
              </Group>
            ))}
          </Stack>
        )}
      </WhenLoaded>
    </Section>
  );
}
