import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "@/i18n";
import classes from "./Code.module.css";
import type { Word } from "./python";
import { changedPart, type Pair, pairsOf, type Row } from "./unified";
import { Words } from "./Words";

interface DiffProps {
  rows: Row[];
  /** The whole files in colours, to show the diff's lines as they stand there. */
  before: Word[][];
  after: Word[][];
  /** The numbers of the older and of the newer version. */
  versions: [number, number];
  label: string;
}

type Marks = Map<Row, [number, number]>;

/** The changes in one column: removed lines above the added ones. */
export function UnifiedDiff({ rows, before, after, versions, label }: DiffProps) {
  const marks = useMemo(() => marksOf(pairsOf(rows)), [rows]);
  return (
    <DiffTable label={label} versions={versions}>
      {rows.map((row, index) =>
        row.kind === "gap" ? (
          <Gap key={index} row={row} columns={3} />
        ) : (
          <tr key={index} data-kind={row.kind}>
            <LineNumber value={row.before} />
            <LineNumber value={row.after} />
            <LineText row={row} line={lineOf(row, before, after)} marks={marks} />
          </tr>
        ),
      )}
    </DiffTable>
  );
}

/** The changes in two columns: the older version on the left, the newer on the right. */
export function SplitDiff({ rows, before, after, versions, label }: DiffProps) {
  const pairs = useMemo(() => pairsOf(rows), [rows]);
  const marks = useMemo(() => marksOf(pairs), [pairs]);
  return (
    <DiffTable label={label} versions={versions} isSplit>
      {pairs.map(({ left, right }, index) =>
        left?.kind === "gap" ? (
          <Gap key={index} row={left} columns={4} />
        ) : (
          <tr key={index}>
            <LineNumber value={left?.before ?? null} kind={left?.kind} />
            <LineText row={left} line={left?.before ? before[left.before - 1] : undefined} marks={marks} />
            <LineNumber value={right?.after ?? null} kind={right?.kind} />
            <LineText row={right} line={right?.after ? after[right.after - 1] : undefined} marks={marks} />
          </tr>
        ),
      )}
    </DiffTable>
  );
}

interface DiffTableProps extends Pick<DiffProps, "label" | "versions"> {
  isSplit?: boolean;
  children: React.ReactNode;
}

function DiffTable({ label, versions, isSplit, children }: DiffTableProps) {
  const t = useText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.listing} aria-label={label} tabIndex={0}>
      <table className={classes.diff} data-split={isSplit || undefined}>
        <colgroup>
          <col className={classes.numbers} />
          <col className={isSplit ? undefined : classes.numbers} />
          {isSplit && <col className={classes.numbers} />}
          <col />
        </colgroup>
        <thead>
          <tr>
            {versions.map((version) => (
              <th key={version} scope="col" colSpan={isSplit ? 2 : 1}>
                {t(isSplit ? "code.version.title" : "code.version.short", { version: String(version) })}
              </th>
            ))}
            {!isSplit && <td />}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function Gap({ row, columns }: { row: Row; columns: number }) {
  const t = useText();
  return (
    <tr className={classes.gap}>
      <td colSpan={columns}>{t("code.diff.gap", { count: Number(row.text) })}</td>
    </tr>
  );
}

function LineNumber({ value, kind }: { value: number | null; kind?: Row["kind"] | undefined }) {
  return (
    <td className={classes.diffNumber} data-kind={kind}>
      {value}
    </td>
  );
}

const SIGN = { added: "+", removed: "−", same: " ", gap: " " } as const;

function LineText({ row, line, marks }: { row: Row | null; line: Word[] | undefined; marks: Marks }) {
  const t = useText();
  if (!row) return <td className={classes.diffText} data-kind="void" />;
  const words = line ?? [];
  const isSame = words.map((word) => word.text).join("") === row.text;
  const marked = marks.get(row);
  const said =
    row.kind === "added" ? t("code.diff.addedLine") : row.kind === "removed" ? t("code.diff.removedLine") : undefined;
  return (
    <td className={classes.diffText} data-kind={row.kind}>
      <span className={classes.sign} aria-hidden>
        {SIGN[row.kind]}
      </span>
      {said && <VisuallyHidden>{said}</VisuallyHidden>}
      <code>
        <Words words={isSame ? words : [{ text: row.text, shade: "" }]} {...(marked && { marked })} />
      </code>
    </td>
  );
}

/** The line of a row as it stands in its whole file. */
const lineOf = (row: Row, before: Word[][], after: Word[][]): Word[] | undefined =>
  row.after === null ? before[(row.before ?? 0) - 1] : after[row.after - 1];

/** What changed within lines that face each other. */
function marksOf(pairs: Pair[]): Marks {
  const marks: Marks = new Map();
  for (const { left, right } of pairs) {
    if (left?.kind !== "removed" || right?.kind !== "added") continue;
    const part = changedPart(left.text, right.text);
    const isMost = part.before[1] - part.before[0] > left.text.length * 0.7;
    if (isMost) continue;
    marks.set(left, part.before);
    marks.set(right, part.after);
  }
  return marks;
}
