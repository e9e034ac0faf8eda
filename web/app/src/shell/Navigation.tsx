import { Drawer, Stack, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { MoreHorizontal } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import { useListEventsQuery } from "../api/generated";
import { may } from "../app/permissions";
import { useUser } from "../app/session";
import { pages, type Page } from "./pages";
import { UserMenu } from "./UserMenu";
import style from "./shell.module.css";

const most = 20;

// How many events nobody has looked at; beyond the most it only says so.
function NewEvents() {
  const { t } = useTranslation();
  const { data } = useListEventsQuery({ review: "new", count: most });
  const count = data?.events.length ?? 0;
  if (count === 0) return null;
  const text = data?.next ? `${most}+` : String(count);
  return (
    <span className={style.dot} title={t("nav.newEvents", { count })}>
      {text}
    </span>
  );
}

function PageLink({ page }: { page: Page }) {
  const { t } = useTranslation();
  const Icon = page.icon;
  return (
    <NavLink to={page.to} className={style.link}>
      <Icon size={19} strokeWidth={1.9} aria-hidden />
      <span style={{ flex: 1 }}>{t(`nav.${page.name}`)}</span>
      {page.name === "review" && <NewEvents />}
    </NavLink>
  );
}

const useOwnPages = () => {
  const { role } = useUser();
  return pages.filter(page => may(role, page.deed));
};

export function SideNavigation() {
  const { t } = useTranslation();
  const own = useOwnPages();
  return (
    <Stack component="nav" gap={2} aria-label={t("nav.main")}>
      {own.map(page => (
        <PageLink key={page.to} page={page} />
      ))}
    </Stack>
  );
}

const tabs = 4;

// For phones: the first pages as tabs, the others behind "more".
export function BottomNavigation() {
  const { t } = useTranslation();
  const own = useOwnPages();
  const [opened, { open, close }] = useDisclosure();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);
  return (
    <nav aria-label={t("nav.main")} className={style.tabs}>
      {own.slice(0, tabs).map(({ to, name, icon: Icon }) => (
        <NavLink key={to} to={to} className={style.tab}>
          <Icon size={21} strokeWidth={1.9} aria-hidden />
          {t(`nav.${name}`)}
        </NavLink>
      ))}
      <UnstyledButton className={style.tab} onClick={open} aria-haspopup="dialog">
        <MoreHorizontal size={21} aria-hidden />
        {t("app.more")}
      </UnstyledButton>
      <Drawer opened={opened} onClose={close} position="bottom" size="auto" title={t("app.menu")}>
        <Stack gap={2} pb="md">
          {own.slice(tabs).map(page => (
            <PageLink key={page.to} page={page} />
          ))}
          <UserMenu />
        </Stack>
      </Drawer>
    </nav>
  );
}
