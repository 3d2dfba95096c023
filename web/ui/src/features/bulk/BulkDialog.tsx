import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { wordsFor } from "@/components/ErrorBox";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import classes from "./Bulk.module.css";
import type { BulkAction } from "./BulkBar";
import { type Failure, forEach } from "./each";

interface BulkDialogProps<T> {
  action: BulkAction<T>;
  rows: readonly T[];
  nameOf: (row: T) => string;
  onDone: (rows: readonly T[]) => void;
  onClose: () => void;
}

/** Asks before many rows are changed; stays open with those that failed, each with its reason. */
export function BulkDialog<T>({ action, rows, nameOf, onDone, onClose }: BulkDialogProps<T>) {
  const t = useText();
  const [isOptionSet, setOption] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  const [failures, setFailures] = useState<Failure<T>[]>([]);
  const left = failures.length > 0 ? failures.map(({ row }) => row) : rows;

  const act = async () => {
    setDone(0);
    const failed = await forEach(left, (row) => action.act(row, isOptionSet), setDone);
    setDone(null);
    setFailures(failed);
    const refused = new Set(failed.map(({ row }) => row));
    onDone(left.filter((row) => !refused.has(row)));
    if (failed.length < left.length)
      toastDone(t("bulk.done", { action: action.label, count: left.length - failed.length }));
    return failed.length === 0;
  };

  return (
    <ConfirmDialog
      opened
      title={action.title(left.length)}
      confirm={action.title(left.length)}
      danger={action.danger ?? false}
      onConfirm={act}
      onClose={() => done === null && onClose()}
    >
      <p className={classes.words}>{action.words}</p>
      {action.option && (
        <Checkbox
          size="sm"
          mb="sm"
          label={action.option}
          checked={isOptionSet}
          onChange={(event) => setOption(event.currentTarget.checked)}
        />
      )}
      {done !== null && (
        <p className={classes.progress} role="status">
          {t("bulk.progress", { done, count: left.length })}
        </p>
      )}
      {done === null && failures.length > 0 && <Failures failures={failures} nameOf={nameOf} />}
    </ConfirmDialog>
  );
}

function Failures<T>({ failures, nameOf }: { failures: readonly Failure<T>[]; nameOf: (row: T) => string }) {
  const t = useText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard
    <section className={classes.failures} tabIndex={0} role="alert" aria-label={t("bulk.failures")}>
      <h3>{t("bulk.failed", { count: failures.length })}</h3>
      <ul>
        {failures.map(({ row, error }) => {
          const { what, remedy } = wordsFor(error, t);
          return (
            <li key={nameOf(row)}>
              <b>{nameOf(row)}</b>: {what}
              {remedy && ` (${remedy})`}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
