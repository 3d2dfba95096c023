import { NavLink } from "react-router";
import classes from "./LinkTabs.module.css";

export interface LinkTab {
  to: string;
  label: string;
  /** Whether only this very address is the tab (for tabs whose address begins others'). */
  end?: boolean;
}

/** Tabs that are addresses: each can be linked to, opened beside, and gone back from. */
export function LinkTabs({ tabs, label }: { tabs: readonly LinkTab[]; label: string }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ to, label, end }) => (
        <NavLink key={to} to={to} end={end ?? false} className={classes.tab ?? ""}>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
