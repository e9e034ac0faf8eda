import { Button, Text } from "@mantine/core";
import { Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { EmptyState } from "./states";

// Also where a piece of an older version of the pages is gone from the server: loading anew helps.
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <div role="alert">
      <EmptyState icon={Unplug} title={t("app.brokenPage")} hint={t("app.brokenPageHint")}>
        <Button onClick={() => window.location.reload()}>{t("app.reload")}</Button>
        {error instanceof Error && (
          <Text size="xs" c="dimmed" ff="monospace" lang="en">
            {error.message}
          </Text>
        )}
      </EmptyState>
    </div>
  );
}
