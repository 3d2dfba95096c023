import { ActionIcon, Tooltip } from "@mantine/core";
import { ExternalLink, PanelLeftClose, PanelLeftOpen, X } from "lucide-react";
import { NavLink, useLocation } from "react-router";
import { useSession } from "../api/session";
import { useText } from "../i18n";
import { setPreferences, usePreferences } from "../preferences/store";
import { Logo } from "./Logo";
import classes from "./Navigation.module.css";
import { ADMIN, OPERATE, OVERVIEW, type Place } from "./navigation";

/** The left navigation; on narrow screens a drawer. */
export function Navigation({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText();
  const { navigationFolded: folded } = usePreferences();
  const inAdmin = useLocation().pathname.startsWith("/admin");
  const { features, version } = useSession();
  return (
    <>
      {open && <button type="button" className={classes.veil} aria-label={t("action.close")} onClick={onClose} />}
      <aside className={classes.side} data-open={open || undefined} data-folded={folded || undefined}>
        <div className={classes.brand}>
          <Logo />
          <span className={classes.name}>Headway</span>
          <ActionIcon
            className={classes.closer}
            variant="subtle"
            color="gray"
            aria-label={t("action.close")}
            onClick={onClose}
          >
            <X size={18} />
          </ActionIcon>
        </div>
        <nav aria-label={t("nav.label")} className={classes.places}>
          {OVERVIEW.map((place) => (
            <PlaceLink key={place.to} place={place} folded={folded} />
          ))}
          <div className={classes.heading}>{t("nav.operate")}</div>
          {OPERATE.map((place) => (
            <PlaceLink key={place.to} place={place} folded={folded} />
          ))}
          <hr className={classes.line} />
          <PlaceLink place={{ ...ADMIN, to: "/admin/pools" }} folded={folded} active={inAdmin} />
          {features.flower_url && (
            <a className={classes.place} href={features.flower_url} target="_blank" rel="noreferrer">
              <ExternalLink size={17} aria-hidden />
              <span className={classes.label}>{t("nav.flower")}</span>
            </a>
          )}
        </nav>
        <div className={classes.foot}>
          <span className={classes.version}>{version}</span>
          <FoldButton folded={folded} />
        </div>
      </aside>
    </>
  );
}

function FoldButton({ folded }: { folded: boolean }) {
  const t = useText();
  const label = t(folded ? "nav.unfold" : "nav.fold");
  const Icon = folded ? PanelLeftOpen : PanelLeftClose;
  return (
    <Tooltip label={label} position="right">
      <ActionIcon
        className={classes.folder}
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setPreferences({ navigationFolded: !folded })}
      >
        <Icon size={17} />
      </ActionIcon>
    </Tooltip>
  );
}

function PlaceLink({ place, folded, active }: { place: Place; folded: boolean; active?: boolean }) {
  const t = useText();
  const { to, label, icon: Icon, end } = place;
  return (
    <Tooltip label={t(label)} position="right" disabled={!folded}>
      <NavLink to={to} end={end ?? false} className={classes.place ?? ""} data-active={active || undefined}>
        {Icon && <Icon size={17} aria-hidden />}
        <span className={classes.label}>{t(label)}</span>
      </NavLink>
    </Tooltip>
  );
}
