import { Button } from "@mantine/core";
import { Compass, Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Deed } from "../app/permissions";
import { useMay } from "../app/session";
import { EmptyState } from "./states";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={Compass} title={t("app.notFound")} hint={t("app.notFoundHint")}>
      <Button component={Link} to="/live" variant="light">
        {t("app.home")}
      </Button>
    </EmptyState>
  );
}

// Shows its content to those who may do that, and to others that they may not.
export function OnlyFor({ deed, children }: { deed: Deed; children: ReactNode }) {
  const { t } = useTranslation();
  return useMay(deed) ? children : <EmptyState icon={Lock} title={t("app.notAllowed")} hint={t("app.notAllowedHint")} />;
}
