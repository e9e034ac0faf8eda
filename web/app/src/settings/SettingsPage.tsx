import { Tabs } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import type { Deed } from "../app/permissions";
import { may } from "../app/permissions";
import { useUser } from "../app/session";
import { PageTitle } from "../shell/PageTitle";
import { AlertsTab } from "./alerts/AlertsTab";
import { AppearanceTab } from "./AppearanceTab";
import { AuditTab } from "./AuditTab";
import { GeneralTab } from "./GeneralTab";
import { ProfileTab } from "./profile/ProfileTab";
import { RetentionTab } from "./RetentionTab";
import { UsersTab } from "./UsersTab";

const tabs: readonly {
  name: "profile" | "appearance" | "users" | "retention" | "alerts" | "audit" | "general";
  deed: Deed;
  Content: () => React.ReactNode;
}[] = [
  { name: "profile", deed: "see", Content: ProfileTab },
  { name: "appearance", deed: "see", Content: AppearanceTab },
  { name: "users", deed: "users", Content: UsersTab },
  { name: "retention", deed: "see", Content: RetentionTab },
  { name: "alerts", deed: "alerts", Content: AlertsTab },
  { name: "audit", deed: "audit", Content: AuditTab },
  { name: "general", deed: "settings", Content: GeneralTab },
];

export function SettingsPage() {
  const { t } = useTranslation();
  const { role } = useUser();
  const { tab } = useParams();
  const navigate = useNavigate();
  const own = tabs.filter(each => may(role, each.deed));
  const chosen = own.find(each => each.name === tab) ?? own[0]!;
  // On a phone the tabs are wider than the window.
  useEffect(() => {
    document.querySelector("[role=tab][aria-selected=true]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [chosen.name]);
  return (
    <>
      <PageTitle>{t("nav.settings")}</PageTitle>
      <Tabs value={chosen.name} keepMounted={false} onChange={name => name && void navigate(`/settings/${name}`, { replace: true })}>
        <Tabs.List mb="lg" style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }}>
          {own.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`settings.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {own.map(({ name, Content }) => (
          <Tabs.Panel key={name} value={name}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
