import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Role } from "@/api/types";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import classes from "./Bulk.module.css";
import { BulkDialog } from "./BulkDialog";
import { type Choice, useChosen } from "./choice";

/** Something that can be done to many rows. */
export interface BulkAction<T> {
  id: string;
  /** On its button. */
  label: string;
  icon: ReactNode;
  role: Role;
  danger?: boolean;
  /** What is done to so many: "Clear 3 runs". */
  title: (count: number) => string;
  /** What becomes of them. */
  words: string;
  /** What can be chosen, too; whether it is goes to `act`. */
  option?: string;
  act: (row: T, isOptionSet: boolean) => Promise<unknown>;
}

interface BulkBarProps<T> {
  choice: Choice;
  rows: readonly T[];
  keyOf: (row: T) => string;
  nameOf: (row: T) => string;
  actions: readonly BulkAction<T>[];
  /** Some of these rows have changed. */
  onDone: (rows: readonly T[]) => void;
}

/** Below a list as long as rows are chosen: how many, and what can be done to them. */
export function BulkBar<T>({ choice, rows, keyOf, nameOf, actions, onDone }: BulkBarProps<T>) {
  const t = useText();
  const chosen = useChosen(choice);
  const [open, setOpen] = useState<{ action: BulkAction<T>; rows: readonly T[] } | null>(null);
  return (
    <>
      {chosen.size > 0 && (
        <section className={classes.bar} aria-label={t("bulk.bar")}>
          <span className={classes.count} role="status">
            {t("bulk.chosen", { count: chosen.size })}
          </span>
          {actions.map((action) => (
            <Guarded key={action.id} role={action.role}>
              {(disabled) => (
                <Button
                  size="xs"
                  variant={action.danger ? "subtle" : "default"}
                  {...(action.danger ? { color: "red" } : {})}
                  leftSection={action.icon}
                  disabled={disabled}
                  onClick={() => setOpen({ action, rows: rows.filter((row) => chosen.has(keyOf(row))) })}
                >
                  {action.label}
                </Button>
              )}
            </Guarded>
          ))}
          <Button size="xs" variant="subtle" color="gray" onClick={() => choice.setAll(false)}>
            {t("bulk.none")}
          </Button>
        </section>
      )}
      {open && (
        <BulkDialog
          {...open}
          nameOf={nameOf}
          onDone={(done) => {
            for (const row of done) choice.set(keyOf(row), false);
            onDone(done);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
