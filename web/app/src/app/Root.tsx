import { MantineThemeProvider } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, ScrollRestoration } from "react-router";
import { labelled } from "./labelled";

// Around all pages. Notifications stand inside of the router, because they hold links.
export function Root() {
  const { t } = useTranslation();
  const wide = useMediaQuery("(min-width: 48em)", true);
  const theme = useMemo(() => labelled(t), [t]);
  return (
    <MantineThemeProvider theme={theme}>
      <Notifications position={wide ? "bottom-right" : "top-center"} limit={4} />
      <Outlet />
      <ScrollRestoration />
    </MantineThemeProvider>
  );
}
