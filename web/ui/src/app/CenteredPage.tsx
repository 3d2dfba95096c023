import { Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useLanguage } from "../i18n";
import { setPreferences } from "../preferences/store";
import classes from "./CenteredPage.module.css";
import { Logo } from "./Logo";

/** A page of one small column: the login, a new password. */
export function CenteredPage({ title, children }: { title: string; children: ReactNode }) {
  const other = useLanguage() === "en" ? "ko" : "en";
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Stack align="center" gap="xs" mb="lg">
          <Logo size={40} />
          <Title order={1} fz="lg">
            {title}
          </Title>
        </Stack>
        <Stack gap="md">{children}</Stack>
      </div>
      <button
        type="button"
        className={classes.language}
        lang={other}
        onClick={() => setPreferences({ language: other })}
      >
        {other === "ko" ? "한국어" : "English"}
      </button>
    </main>
  );
}
