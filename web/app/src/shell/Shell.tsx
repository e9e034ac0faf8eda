import { AppShell, Group } from "@mantine/core";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { AttentionBanner } from "./AttentionBanner";
import { ConnectionBanner } from "./ConnectionBanner";
import { Logo } from "./Logo";
import { BottomNavigation, SideNavigation } from "./Navigation";
import { Splash } from "./Splash";
import { UserMenu } from "./UserMenu";
import { useUpdates } from "./useUpdates";
import style from "./shell.module.css";

// What stands around every page: the navigation at the side, or at the bottom of a phone.
export function Shell() {
  const { t } = useTranslation();
  const connected = useUpdates();
  return (
    <AppShell
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: true } }}
      footer={{ height: { base: 60, sm: 0 } }}
      padding={{ base: "md", md: "lg" }}
    >
      <a href="#main" className="skip-link">
        {t("app.skip")}
      </a>
      <AppShell.Navbar p="sm" className={style.bar}>
        <AppShell.Section px={8} py={10} mb="xs">
          <Logo />
        </AppShell.Section>
        <AppShell.Section grow style={{ overflowY: "auto" }}>
          <SideNavigation />
        </AppShell.Section>
        <AppShell.Section>
          <UserMenu />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} pb={{ base: 84, sm: "lg" }}>
        <ConnectionBanner connected={connected} />
        <AttentionBanner />
        <Group hiddenFrom="sm" mb="sm">
          <Logo size={22} />
        </Group>
        <Suspense fallback={<Splash />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="sm" className={style.bar}>
        <BottomNavigation />
      </AppShell.Footer>
    </AppShell>
  );
}
