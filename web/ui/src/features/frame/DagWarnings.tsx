import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { DagDetails } from "@/api/dagTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { absoluteTime } from "@/time/format";
import classes from "./DagHeader.module.css";

/** What keeps a DAG from doing what its author thinks: each in a line, with what helps. */
export function DagWarnings({ dag }: { dag: DagDetails }) {
  const t = useText();
  const { zone } = usePreferences();
  return (
    <>
      {dag.has_import_error && (
        <Warning bad>
          {t("dag.importError", { version: dag.version })}{" "}
          <Link to="/admin/import-errors">{t("dag.importError.show")}</Link>
        </Warning>
      )}
      {dag.is_stale && <Warning>{t("dag.stale")}</Warning>}
      {dag.hold && <Warning>{t("dag.hold", { reason: dag.hold.reason ?? "" })}</Warning>}
      {dag.is_late && dag.next_run && !dag.is_paused && (
        <Warning>{t("dag.late", { time: absoluteTime(new Date(dag.next_run), zone) })}</Warning>
      )}
      {dag.warnings.length > 0 && (
        <Warning>
          <ul className={classes.warningList}>
            {dag.warnings.map(({ line, text }) => (
              <li key={`${line} ${text}`}>{line > 0 ? `${dag.file}:${line} ${text}` : text}</li>
            ))}
          </ul>
        </Warning>
      )}
    </>
  );
}

function Warning({ bad, children }: { bad?: boolean; children: ReactNode }) {
  return (
    <div className={classes.warning} data-kind={bad ? "bad" : undefined}>
      <TriangleAlert
        size={15}
        color={bad ? "var(--state-failed-ink)" : "var(--state-upstream-failed-ink)"}
        aria-hidden
      />
      <div>{children}</div>
    </div>
  );
}
