import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Braces, Keyboard, LogOut, UserRound } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { api } from "../api/client";
import { useSession } from "../api/session";
import { toastFailed } from "../components/toasts";
import { type MessageKey, useLanguage, useText } from "../i18n";
import { type Language, setPreferences, type Theme, usePreferences, type Zone } from "../preferences/store";
import { zoneName } from "../time/format";
import { showShortcuts } from "./Shortcuts";

/** The user's menu: who is logged in, theme, zone, language, account, log out. */
export function UserMenu() {
  const t = useText();
  const { user } = useSession();
  const name = user.display_name || user.username;
  return (
    <Menu position="bottom-end" width={260} closeOnItemClick>
      <Menu.Target>
        <UnstyledButton aria-label={t("menu.user")}>
          <Avatar size={30} radius="xl" color="headway" variant="filled">
            {name.slice(0, 1).toUpperCase()}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "0.4rem 0.75rem" }}>
          <Words fw={600} fz="sm" truncate>
            {name}
          </Words>
          <Words c="dimmed" fz="xs">
            {t(`role.${user.role}` as MessageKey)}
          </Words>
        </div>
        <Menu.Divider />
        <Choices />
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<UserRound size={15} />}>
          {t("menu.account")}
        </Menu.Item>
        <Menu.Item component={Link} to="/api-docs" leftSection={<Braces size={15} />}>
          {t("apiref.title")}
        </Menu.Item>
        <Menu.Item leftSection={<Keyboard size={15} />} onClick={showShortcuts}>
          {t("menu.shortcuts")}
        </Menu.Item>
        <LogoutItem />
      </Menu.Dropdown>
    </Menu>
  );
}

function LogoutItem() {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const logout = async () => {
    try {
      await api.delete("/session");
      client.clear();
      void navigate("/login");
    } catch (error) {
      toastFailed(error, t);
    }
  };
  return (
    <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void logout()}>
      {t("menu.logout")}
    </Menu.Item>
  );
}

function Choices() {
  const t = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone } = usePreferences();
  const language = useLanguage();
  return (
    <div style={{ padding: "0.25rem 0.75rem 0.5rem", display: "grid", gap: "0.5rem" }}>
      <Choice<Theme>
        label={t("menu.theme")}
        value={colorScheme}
        onChange={setColorScheme}
        options={{ light: t("menu.theme.light"), dark: t("menu.theme.dark"), auto: t("menu.theme.auto") }}
      />
      <Choice<Zone>
        label={`${t("menu.zone")} (${zoneName("local")})`}
        value={zone}
        onChange={(value) => setPreferences({ zone: value })}
        options={{ local: t("menu.zone.local"), UTC: t("menu.zone.utc") }}
      />
      <Choice<Language>
        label={t("menu.language")}
        value={language}
        onChange={(value) => setPreferences({ language: value })}
        options={{ en: "English", ko: "한국어" }}
      />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: Record<T, string>;
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const data = Object.entries<string>(options).map(([value, label]) => ({ value, label }));
  return (
    <div>
      <Words fz="xs" c="dimmed" mb={2}>
        {label}
      </Words>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={label}
        data={data}
        value={value}
        onChange={(next) => onChange(next as T)}
      />
    </div>
  );
}
