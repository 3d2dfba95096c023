import { Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Outlet, useLocation } from "react-router";
import { keys } from "../api/keys";
import { ApiError } from "../api/problem";
import { SessionProvider, useFetchedSession } from "../api/session";
import { ErrorBox } from "../components/ErrorBox";
import { Toasts } from "../components/toasts";
import { useText } from "../i18n";
import { LiveUpdates } from "../live/LiveUpdates";
import { usePreferences } from "../preferences/store";
import classes from "./AppShell.module.css";
import { CenteredPage } from "./CenteredPage";
import { Header } from "./Header";
import { Navigation } from "./Navigation";
import { PasswordForm } from "./PasswordForm";
import { Shortcuts } from "./Shortcuts";
import { useFocusOnPage } from "./useFocusOnPage";

/** The frame around every page but the login: waits for the session, then shows navigation, header and page. */
export function AppShell() {
  const client = useQueryClient();
  const session = useFetchedSession();
  const unauthorized = session.error instanceof ApiError && session.error.status === 401;
  if (!session.data && session.isError && !unauthorized)
    return <ErrorBox error={session.error} onRetry={() => void client.resetQueries({ queryKey: keys.session })} />;
  if (!session.data) return null;
  if (session.data.user.must_change_password) return <FirstPassword />;
  return (
    <SessionProvider value={session.data}>
      <LiveUpdates>
        <Frame />
      </LiveUpdates>
    </SessionProvider>
  );
}

/** What a user sees whose password was made for them: nothing else is open until they have chosen their own. */
function FirstPassword() {
  const t = useText();
  const client = useQueryClient();
  return (
    <CenteredPage title={t("password.title")}>
      <Words fz="sm" c="dimmed" ta="center">
        {t("password.must")}
      </Words>
      <PasswordForm onDone={() => void client.invalidateQueries({ queryKey: keys.session })} />
    </CenteredPage>
  );
}

function Frame() {
  const t = useText();
  const { navigationFolded } = usePreferences();
  const [drawerOpen, setDrawerOpen] = useState(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useFocusOnPage(main);
  const [shownFor, setShownFor] = useState(pathname);
  if (shownFor !== pathname) {
    setShownFor(pathname);
    setDrawerOpen(false);
  }
  return (
    <div className={classes.frame} data-folded={navigationFolded || undefined}>
      <button type="button" className={classes.skip} onClick={() => document.getElementById("content")?.focus()}>
        {t("nav.skip")}
      </button>
      <Navigation open={drawerOpen} onClose={() => setDrawerOpen(false)} />
      <Header onMenu={() => setDrawerOpen(true)} />
      <main ref={main} id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
      <Shortcuts />
      <Toasts />
    </div>
  );
}
