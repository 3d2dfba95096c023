import { Outlet } from "react-router";
import { useMay } from "@/api/session";
import { ADMIN_PLACES } from "@/app/navigation";
import { LinkTabs } from "@/components/LinkTabs";
import { useText } from "@/i18n";
import classes from "./AdminFrame.module.css";

/** What all pages of the administration share: the tabs to those that the user may see. */
export default function AdminFrame() {
  const t = useText();
  const may = { viewer: true, operator: useMay("operator"), admin: useMay("admin") };
  const tabs = ADMIN_PLACES.filter(({ role }) => may[role ?? "viewer"]).map(({ to, label }) => ({
    to,
    label: t(label),
  }));
  return (
    <div className={classes.frame}>
      <LinkTabs tabs={tabs} label={t("nav.admin")} />
      <Outlet />
    </div>
  );
}
