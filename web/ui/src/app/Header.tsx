import { ActionIcon, Tooltip } from "@mantine/core";
import { Menu } from "lucide-react";
import { type MessageKey, useText } from "../i18n";
import { useLiveState } from "../live/LiveUpdates";
import { DagSearch } from "./DagSearch";
import classes from "./Header.module.css";
import { UserMenu } from "./UserMenu";

/** The line at the top: menu (narrow screens), search, whether the page is live, the user. */
export function Header({ onMenu }: { onMenu: () => void }) {
  const t = useText();
  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.burger}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("nav.open")}
        onClick={onMenu}
      >
        <Menu size={20} />
      </ActionIcon>
      <DagSearch />
      <div className={classes.right}>
        <LiveDot />
        <UserMenu />
      </div>
    </header>
  );
}

const LIVE_WORDS: Record<ReturnType<typeof useLiveState>, MessageKey> = {
  live: "live.on",
  connecting: "live.connecting",
  lost: "live.off",
};

function LiveDot() {
  const t = useText();
  const state = useLiveState();
  const words = t(LIVE_WORDS[state]);
  return (
    <Tooltip label={words}>
      <span className={classes.live} role="status" data-state={state}>
        <span className={classes.dot} aria-hidden />
        <span className={classes.liveText}>{state === "live" ? t("live.on") : words}</span>
      </span>
    </Tooltip>
  );
}
