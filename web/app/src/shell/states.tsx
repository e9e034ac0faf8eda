import { Button, Center, Stack, Text, ThemeIcon } from "@mantine/core";
import { CloudOff, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { messageOf, type ApiError } from "../api/problem";
import { Splash } from "./Splash";

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
}

// What stands where there is nothing yet: why, and what to do.
export function EmptyState({ icon: Icon, title, hint, children }: EmptyStateProps) {
  return (
    <Center mih={320} p="md">
      <Stack align="center" gap="sm" maw={420} ta="center">
        <ThemeIcon variant="light" size={64} radius="xl">
          <Icon size={30} strokeWidth={1.6} aria-hidden />
        </ThemeIcon>
        <Text fw={650} size="lg">
          {title}
        </Text>
        {hint && (
          <Text c="dimmed" size="sm">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}

export function LoadError({ error, retry }: { error: ApiError; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState icon={CloudOff} title={t("app.failed")} hint={messageOf(error)}>
        {retry && (
          <Button variant="light" onClick={retry}>
            {t("app.retry")}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}

interface Loaded<T> {
  currentData?: T | undefined;
  data?: T | undefined;
  error?: unknown;
  refetch: () => unknown;
}

// What a query has come to: its data, or why there are none, or that they are on their way.
export function WhenLoaded<T>({ query, children }: { query: Loaded<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <LoadError error={query.error as ApiError} retry={() => void query.refetch()} />;
  return <Splash />;
}
