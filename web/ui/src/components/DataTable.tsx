import { memo, type ReactNode, useEffect, useRef } from "react";
import classes from "./DataTable.module.css";
import { useVisibleRows } from "./useVisibleRows";

/** So many rows before the end, more are asked for. */
const NEAR_END = 20;

export interface Column<T> {
  id: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** A CSS grid track: `8rem`, `minmax(10rem, 1fr)`. */
  width?: string;
  align?: "left" | "right";
  /** Left out on narrow screens. */
  wideOnly?: boolean;
  /** For screen readers: how the table is sorted by this column. */
  sorted?: "ascending" | "descending" | "none";
}

interface DataTableProps<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  label: string;
  rowHeight?: number;
  /** Below the last row: "load more", a note. Called into view when the end is near. */
  onEndReached?: () => void;
  /** Rows are drawn only where they can be seen; without it all are drawn and the page scrolls. */
  virtual?: boolean;
  footer?: ReactNode;
}

/** A table with rows of one height. `virtual` ones fill the height they are given and scroll inside it. */
export function DataTable<T>(props: DataTableProps<T>) {
  return props.virtual ? <VirtualTable {...props} /> : <PlainTable {...props} />;
}

function PlainTable<T>({ rows, columns, rowKey, label, footer }: DataTableProps<T>) {
  return (
    <div className={classes.frame}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} style={tracks(columns)}>
        <Header columns={columns} />
        <div role="rowgroup">
          {rows.map((row) => (
            <Row key={rowKey(row)} row={row} columns={columns} />
          ))}
        </div>
      </div>
      {footer}
    </div>
  );
}

function VirtualTable<T>({ rows, columns, rowKey, label, rowHeight = 44, onEndReached, footer }: DataTableProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const { first, end } = useVisibleRows(scroller, rows.length, rowHeight);
  const nearEnd = rows.length > 0 && end >= rows.length - NEAR_END;
  useEffect(() => {
    if (nearEnd) onEndReached?.();
  }, [nearEnd, onEndReached]);
  return (
    <div ref={scroller} className={classes.scroller}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} style={tracks(columns)}>
        <Header columns={columns} sticky />
        <div role="rowgroup" style={{ position: "relative", height: rows.length * rowHeight }}>
          {rows.slice(first, end).map((row, i) => (
            <Row
              key={rowKey(row)}
              row={row}
              columns={columns}
              index={first + i}
              top={(first + i) * rowHeight}
              height={rowHeight}
            />
          ))}
        </div>
      </div>
      {footer}
    </div>
  );
}

function tracks<T>(columns: readonly Column<T>[]): Record<string, string> {
  const widths = (some: readonly Column<T>[]) => some.map(({ width }) => width ?? "minmax(6rem, 1fr)").join(" ");
  return { "--tracks": widths(columns), "--narrow-tracks": widths(columns.filter(({ wideOnly }) => !wideOnly)) };
}

function Header<T>({ columns, sticky }: { columns: readonly Column<T>[]; sticky?: boolean }) {
  return (
    <div role="rowgroup" className={classes.head} data-sticky={sticky || undefined}>
      <div role="row" className={classes.row} aria-rowindex={1}>
        {columns.map(({ id, header, align, wideOnly, sorted }) => (
          <div
            key={id}
            role="columnheader"
            className={classes.cell}
            data-align={align}
            data-wide={wideOnly}
            aria-sort={sorted}
          >
            {header}
          </div>
        ))}
      </div>
    </div>
  );
}

interface RowProps<T> {
  row: T;
  columns: readonly Column<T>[];
  index?: number;
  top?: number;
  height?: number;
}

function PlainRow<T>({ row, columns, index, top, height }: RowProps<T>) {
  const placed = top === undefined ? undefined : { transform: `translateY(${top}px)`, height };
  return (
    <div
      role="row"
      className={classes.row}
      data-placed={placed && true}
      style={placed}
      aria-rowindex={index === undefined ? undefined : index + 2}
    >
      {columns.map(({ id, cell, align, wideOnly }) => (
        <div key={id} role="cell" className={classes.cell} data-align={align} data-wide={wideOnly}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Scrolling draws only the rows that come into sight: the others have not changed. */
const Row = memo(PlainRow) as typeof PlainRow;
