import { Box, Card, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { languages, setLanguage, type Language } from "../i18n/i18n";
import { Logo } from "../shell/Logo";
import style from "./auth.module.css";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  const data = Object.entries(languages).map(([value, label]) => ({ value, label }));
  return (
    <SegmentedControl
      aria-label={t("language.title")}
      size="xs"
      data={data}
      value={i18n.resolvedLanguage ?? "en"}
      onChange={value => void setLanguage(value as Language)}
    />
  );
}

// The card in the middle of the pages before log-in.
export function AuthCard({ title, hint, children, footer }: { title: string; hint?: string; children: ReactNode; footer?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Vigil`;
  }, [title]);
  return (
    <Box className={style.page}>
      <Stack component="main" gap="lg" w="100%" maw={400}>
        <Group justify="space-between">
          <Logo size={32} />
          <LanguageChoice />
        </Group>
        <Card padding="xl">
          <Title order={1} mb={hint ? 4 : "md"}>
            {title}
          </Title>
          {hint && (
            <Text c="dimmed" size="sm" mb="md">
              {hint}
            </Text>
          )}
          {children}
        </Card>
        {footer && (
          <Text size="sm" ta="center" c="dimmed" component="div">
            {footer}
          </Text>
        )}
      </Stack>
    </Box>
  );
}
