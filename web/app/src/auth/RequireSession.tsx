import { Center } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { useGetSessionQuery } from "../api/generated";
import { SessionUserProvider } from "../app/session";
import { EmptyState, LoadError } from "../shell/states";
import { Splash } from "../shell/Splash";

// Lets in who is logged in, and sends others to where they can become so.
export function RequireSession() {
  const { t } = useTranslation();
  const { data, error, refetch } = useGetSessionQuery();
  const { pathname, search } = useLocation();
  if (!data) return error ? <LoadError error={error as never} retry={() => void refetch()} /> : <Splash />;
  if (data.setup_needed) {
    return (
      <Center component="main" mih="100vh">
        <EmptyState icon={KeyRound} title={t("setup.needed")} hint={t("setup.neededHint")} />
      </Center>
    );
  }
  if (!data.user) {
    const here = pathname + search;
    return <Navigate to={here === "/" || here === "/live" ? "/login" : `/login?next=${encodeURIComponent(here)}`} replace />;
  }
  return (
    <SessionUserProvider user={data.user}>
      <Outlet />
    </SessionUserProvider>
  );
}
