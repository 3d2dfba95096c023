import { CirclePause } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Dashboard } from "@/api/homeTypes";
import { useText } from "@/i18n";
import { StateIcon } from "@/states/StateIcon";
import classes from "./Figures.module.css";

/** The figures at the top of Home: what runs, what waits, how the last day went; each leads to its list. */
export function Figures({ runs, import_errors: errors, held }: Dashboard) {
  const t = useText();
  return (
    <div className={classes.strip}>
      <Figure
        to="/runs?state=running"
        icon={<StateIcon state="running" />}
        label={t("home.running")}
        value={runs.running}
      />
      <Figure
        to="/runs?state=queued"
        icon={<StateIcon state="queued" />}
        label={t("home.queued")}
        value={runs.queued}
      />
      <Figure
        to="/runs?state=failed&ended=day"
        icon={<StateIcon state="failed" />}
        label={t("home.failed")}
        value={runs.failed_24h}
        bad
      />
      <Figure
        to="/runs?state=success&ended=day"
        icon={<StateIcon state="success" />}
        label={t("home.succeeded")}
        value={runs.success_24h}
      />
      <Figure
        to="/admin/import-errors"
        icon={<StateIcon state="upstream_failed" />}
        label={t("home.importErrors")}
        value={errors}
        bad
      />
      {held > 0 && (
        <Figure to="/holds" icon={<CirclePause size={14} aria-hidden />} label={t("home.held")} value={held} />
      )}
    </div>
  );
}

interface FigureProps {
  to: string;
  icon: ReactNode;
  label: string;
  value: number;
  /** More than none is bad news. */
  bad?: boolean;
}

function Figure({ to, icon, label, value, bad }: FigureProps) {
  return (
    <Link to={to} className={classes.figure} data-bad={(bad && value > 0) || undefined}>
      <span className={classes.value}>{value.toLocaleString()}</span>
      <span className={classes.label}>
        {icon}
        {label}
      </span>
    </Link>
  );
}
