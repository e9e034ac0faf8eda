import { Avatar, Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { LogOut, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useLogOutMutation } from "../api/generated";
import { forgetUser } from "../app/forgetUser";
import { useAppDispatch } from "../app/hooks";
import { useUser } from "../app/session";

export function ColourScheme() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const data = (["light", "auto", "dark"] as const).map(value => ({ value, label: t(`colours.${value}`) }));
  return (
    <SegmentedControl
      aria-label={t("colours.title")}
      fullWidth
      size="xs"
      value={colorScheme}
      data={data}
      onChange={value => setColorScheme(value as MantineColorScheme)}
    />
  );
}

export function UserMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const dispatch = useAppDispatch();
  const [logOut] = useLogOutMutation();

  const leave = async () => {
    await logOut();
    await navigate("/login");
    forgetUser(dispatch);
  };

  return (
    <Menu position="top-start" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton
          p={8}
          aria-label={t("app.account", { name: user.name })}
          style={{ display: "flex", gap: 10, alignItems: "center", borderRadius: 10, minWidth: 0 }}
        >
          <Avatar size={34} name={user.name} color="vigil" aria-hidden />
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={600} truncate>
              {user.name}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`roles.${user.role}`)}
            </Text>
          </div>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("colours.title")}</Menu.Label>
        <div style={{ padding: "0 8px 8px" }}>
          <ColourScheme />
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings/profile" leftSection={<Settings size={16} aria-hidden />}>
          {t("nav.settings")}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void leave()}>
          {t("app.logOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
