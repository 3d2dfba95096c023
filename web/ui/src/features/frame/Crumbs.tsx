import { ChevronRight } from "lucide-react";
import { Link, useParams } from "react-router";
import { useText } from "@/i18n";
import { runAddress } from "../runs/addresses";
import classes from "./Crumbs.module.css";

/** Where a run or task page stands: DAGs, the DAG, the run, the task. */
export function Crumbs({ label }: { label: string }) {
  const t = useText();
  const { dagId = "", runId = "", taskId, mapIndex } = useParams();
  const dag = `/dags/${encodeURIComponent(dagId)}`;
  const crumbs = [
    { to: "/dags", text: t("nav.dags") },
    { to: `${dag}/grid`, text: label },
    { to: runAddress(dagId, runId), text: runId },
    ...(taskId ? [{ to: "", text: mapIndex === undefined ? taskId : `${taskId} [${mapIndex}]` }] : []),
  ];
  return (
    <nav aria-label={t("dag.crumbs")} className={classes.crumbs}>
      {crumbs.map(({ to, text }, i) => (
        <span key={i} className={classes.crumb}>
          {i > 0 && <ChevronRight size={13} aria-hidden />}
          {i === crumbs.length - 1 ? (
            <span className={classes.text} aria-current="page">
              {text}
            </span>
          ) : (
            <Link to={to} className={classes.text}>
              {text}
            </Link>
          )}
        </span>
      ))}
    </nav>
  );
}
