import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { DagDetails } from "@/api/dagTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { absoluteTime } from "@/time/format";
import { useHoldWords } from "../holds/useHoldWords";
import classes from "./DagHeader.module.css";

/** What keeps a DAG from doing what its author thinks: each in a line, with what helps. */
export function DagWarnings({ dag }: { dag: DagDetails }) {
  const t = useText();
  const holdWords = useHoldWords();
  return (
    <>
      {dag.has_import_error && (
        <Warning bad>
          {t("dag.importError", { version: dag.version })}{" "}
          <Link to="/admin/import-errors">{t("dag.importError.show")}</Link>
        </Warning>
      )}
      {dag.is_stale && <Warning>{t("dag.stale")}</Warning>}
      {dag.pause?.reason && <Warning>{t("dag.pausedBecause", { reason: dag.pause.reason })}</Warning>}
      {dag.hold && <Warning>{holdWords(dag.hold)}</Warning>}
      {dag.is_late && dag.next_run && !dag.is_paused && <Late due={dag.next_run} />}
      <OfTheFile dag={dag} />
    </>
  );
}

function Late({ due }: { due: string }) {
  const t = useText();
  const { zone } = usePreferences();
  return <Warning>{t("dag.late", { time: absoluteTime(new Date(due), zone) })}</Warning>;
}

/** What reading the file warned of: a list, when it is more than one thing. */
function OfTheFile({ dag: { file, warnings } }: { dag: Pick<DagDetails, "file" | "warnings"> }) {
  const words = warnings.map(({ line, text }) => (line > 0 ? `${file}:${line} ${text}` : text));
  if (words.length < 2) return words[0] && <Warning>{words[0]}</Warning>;
  return (
    <Warning>
      <ul className={classes.warningList}>
        {words.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Warning>
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
