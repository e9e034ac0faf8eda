import { ActionIcon, Alert, Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCreateTokenMutation, useMyTokensQuery, useRevokeTokenMutation } from "../../api/generated";
import { notifyProblem, told } from "../../app/notify";
import { ago, dateOnly } from "../../i18n/formats";
import { dayName, startOfDay } from "../../repository/filters";
import { ConfirmButton } from "../../shell/ConfirmButton";
import { WhenLoaded } from "../../shell/states";
import { Section } from "../Section";

// Over plain HTTP, browsers let pages of other machines copy nothing.
const mayCopy = () => "clipboard" in navigator;

export function TokensSection() {
  const { t, i18n } = useTranslation();
  const query = useMyTokensQuery();
  const [create, created] = useCreateTokenMutation();
  const [revoke] = useRevokeTokenMutation();
  const [name, setName] = useState("");
  const [expires, setExpires] = useState<string | null>(null);
  const add = async () => {
    const { error } = await create({
      newApiToken: { name: name.trim(), ...(expires ? { expires: startOfDay(expires, 1).toISOString() } : {}) },
    });
    if (error) notifyProblem(error);
    else setName("");
  };
  return (
    <Section title={t("profile.tokens")} hint={t("profile.tokensHint")}>
      <Stack gap="sm">
        {created.data && (
          <Alert role="status" color="teal" title={t("profile.tokenOnce")}>
            <Group wrap="nowrap">
              <Code style={{ wordBreak: "break-all", userSelect: "all" }}>{created.data.token}</Code>
              {mayCopy() && (
                <CopyButton value={created.data.token}>
                  {({ copied, copy }) => (
                    <ActionIcon variant="subtle" onClick={copy} aria-label={t(copied ? "app.copied" : "app.copy")}>
                      {copied ? <Check size={16} /> : <Copy size={16} />}
                    </ActionIcon>
                  )}
                </CopyButton>
              )}
            </Group>
            {!mayCopy() && (
              <Text size="xs" mt={4}>
                {t("profile.copyByHand")}
              </Text>
            )}
          </Alert>
        )}
        <WhenLoaded query={query}>
          {tokens =>
            tokens.map(token => (
              <Group key={token.id} justify="space-between">
                <div>
                  <Text size="sm" fw={550}>
                    {token.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {[
                      token.seen ? t("profile.seen", { when: ago(token.seen) }) : t("profile.neverUsed"),
                      token.expires && t("profile.until", { day: dateOnly(token.expires) }),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </Text>
                </div>
                <ConfirmButton
                  size="compact-sm"
                  variant="subtle"
                  question={t("profile.revokeQuestion", { name: token.name })}
                  onConfirm={() => told(revoke({ id: token.id }))}
                >
                  {t("profile.revoke")}
                </ConfirmButton>
              </Group>
            ))
          }
        </WhenLoaded>
        <Group
          align="flex-end"
          component="form"
          onSubmit={event => {
            event.preventDefault();
            void add();
          }}
        >
          <TextInput size="xs" label={t("profile.tokenName")} value={name} onChange={event => setName(event.currentTarget.value)} />
          <DatePickerInput
            size="xs"
            w={170}
            clearable
            locale={i18n.resolvedLanguage ?? "en"}
            label={t("profile.validUntil")}
            placeholder={t("profile.forEver")}
            minDate={dayName(new Date())}
            value={expires}
            onChange={setExpires}
          />
          <Button size="xs" variant="light" type="submit" loading={created.isLoading} disabled={name.trim() === ""}>
            {t("profile.createToken")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
