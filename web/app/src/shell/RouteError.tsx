import { Button } from "@mantine/core";
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
      <EmptyState icon={Unplug} title={t("app.brokenPage")} hint={error instanceof Error ? error.message : undefined}>
        <Button onClick={() => window.location.reload()}>{t("app.reload")}</Button>
      </EmptyState>
    </div>
  );
}
