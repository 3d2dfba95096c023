import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import classes from "./LinkTabs.module.css";

export interface LinkTab {
  to: string;
  label: string;
  /** Whether only this very address is the tab (for tabs whose address begins others'). */
  end?: boolean;
}

/** Tabs that are addresses: each can be linked to, opened beside, and gone back from. */
export function LinkTabs({ tabs, label }: { tabs: readonly LinkTab[]; label: string }) {
  const line = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the address, another tab is the active one
  useEffect(() => {
    line.current?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return (
    <nav ref={line} className={classes.tabs} aria-label={label}>
      {tabs.map(({ to, label, end }) => (
        <NavLink key={to} to={to} end={end ?? false} className={classes.tab ?? ""}>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
