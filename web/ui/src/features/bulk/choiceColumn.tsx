import { useMemo } from "react";
import type { Column } from "@/components/DataTable";
import { useText } from "@/i18n";
import classes from "./Bulk.module.css";
import { type Choice, useExtent, useIsChosen } from "./choice";

interface ChoiceColumnOptions<T> {
  choice: Choice;
  keyOf: (row: T) => string;
  nameOf: (row: T) => string;
}

/** The column in which rows are chosen; its head chooses all that are shown. The functions must stay the same. */
export function useChoiceColumn<T>({ choice, keyOf, nameOf }: ChoiceColumnOptions<T>): Column<T> {
  return useMemo(
    () => ({
      id: "choice",
      header: <AllBox choice={choice} />,
      width: "2.5rem",
      cell: (row) => <RowBox choice={choice} id={keyOf(row)} name={nameOf(row)} />,
    }),
    [choice, keyOf, nameOf],
  );
}

function AllBox({ choice }: { choice: Choice }) {
  const t = useText();
  const extent = useExtent(choice);
  return (
    <input
      type="checkbox"
      className={classes.box}
      aria-label={t("bulk.all")}
      title={t("bulk.all")}
      checked={extent === "all"}
      ref={(element) => {
        if (element) element.indeterminate = extent === "some";
      }}
      onChange={(event) => choice.setAll(event.currentTarget.checked)}
    />
  );
}

function RowBox({ choice, id, name }: { choice: Choice; id: string; name: string }) {
  const t = useText();
  const isChosen = useIsChosen(choice, id);
  return (
    <input
      type="checkbox"
      className={classes.box}
      data-choice
      aria-label={t("bulk.one", { name })}
      checked={isChosen}
      onChange={(event) => choice.set(id, event.currentTarget.checked)}
    />
  );
}
