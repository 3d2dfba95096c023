import { useId, useMemo, useRef } from "react";
import sheet from "@/components/Sheet.module.css";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { median } from "../durations/statistics";
import type { Holds } from "../holds/holds";
import { ActiveCell } from "./ActiveCell";
import { CellTile } from "./CellTile";
import { DurationAxis } from "./DurationAxis";
import { dateLabels } from "./dates";
import classes from "./Grid.module.css";
import { GridRow } from "./GridRow";
import { HoverLayer } from "./HoverLayer";
import { heldRow } from "./held";
import { blocksOf, extentOf, type Layout, placeAt } from "./layout";
import { usePalette } from "./palette";
import { RunHead } from "./RunHeads";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import { durationScale, inSight } from "./scale";
import type { Selection } from "./selection";
import { HEAD_HEIGHT, type Sizes, TILE } from "./sizes";
import { useActivePlace } from "./useActivePlace";
import { useNewestInSight } from "./useNewestInSight";
import { useViewport } from "./useViewport";

export interface GridViewProps {
  tree: Tree;
  runs: readonly GridRun[];
  /** Places of the rows to show. */
  visible: readonly number[];
  folded: ReadonlySet<string>;
  holds: Holds;
  sizes: Sizes;
  names: number;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onFold: (group: string) => void;
  /** Older runs come into sight; not called when there are none. */
  onOlder: () => void;
}

/** Tasks × runs. Cells are painted; names, run heads and the active cell are elements that screen readers read. */
export function GridView(props: GridViewProps) {
  const { tree, runs, visible, folded, holds, sizes, names, selection } = props;
  const t = useText();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const viewport = useViewport(scroller, 120);
  const layout = useMemo<Layout>(
    () => ({ sizes, names, rows: visible.length, columns: runs.length }),
    [sizes, names, visible.length, runs.length],
  );
  const scale = useMemo(() => scaleOf(runs), [runs]);
  const { zone } = usePreferences();
  const dates = useMemo(() => dateLabels(runs, sizes, zone), [runs, sizes, zone]);
  const selected = runs.findIndex((run) => run.dag_run_id === selection.run);
  useNewestInSight(scroller, layout, runs, selected, props.onOlder);
  const activate = useActivate(props);
  const active = useActivePlace({
    scroller,
    layout,
    tree,
    visible,
    runs,
    selection,
    folded,
    activate,
    onFold: props.onFold,
    onLeave: () => props.onSelect({ run: null, task: null, group: false }),
  });

  const rowsSeen = inSight(viewport.top, viewport.height - HEAD_HEIGHT, sizes.row, visible.length, 4);
  const columnsSeen = inSight(viewport.left, viewport.width - names, sizes.column, runs.length, 6);
  const tiles = useMemo(
    () => tilesOf(visible, runs, rowsSeen.from, rowsSeen.to, columnsSeen.from, columnsSeen.to),
    [visible, runs, rowsSeen.from, rowsSeen.to, columnsSeen.from, columnsSeen.to],
  );
  const { width, height } = extentOf(layout);
  const rowId = (index: number) => `${base}r${index}`;
  const runId = (id: string) => `${base}c${id}`;

  const clicked = (event: React.MouseEvent) => {
    const element = scroller.current;
    if (!element) return;
    const frame = element.getBoundingClientRect();
    const point = [event.clientX - frame.left, event.clientY - frame.top] as const;
    const place = placeAt(layout, ...point, element.scrollLeft, element.scrollTop);
    if (place === null) return;
    active.set(place);
    activate(place);
  };

  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className={sheet.scroller}
      aria-label={t("grid.label")}
      aria-rowcount={visible.length + 1}
      aria-colcount={runs.length + 1}
      aria-activedescendant={active.descendant(rowId, runId, base)}
      onClick={clicked}
      onKeyDown={active.keyPressed}
    >
      <div className={sheet.sheet} style={{ width, height }} role="presentation">
        <div className={sheet.head} style={{ height: HEAD_HEIGHT, width }} role="row" aria-rowindex={1}>
          <div className={sheet.corner} style={{ width: names }} role="columnheader" aria-colindex={1}>
            <DurationAxis scale={scale} median={scale.median} />
          </div>
          <div className={classes.lines} style={{ left: names, width: runs.length * sizes.column }} role="presentation">
            <DurationAxis.Lines scale={scale} median={scale.median} />
          </div>
          {runs.slice(columnsSeen.from, columnsSeen.to).map((run, at) => {
            const column = columnsSeen.from + at;
            return (
              <RunHead
                key={run.dag_run_id}
                id={runId(run.dag_run_id)}
                run={run}
                column={column}
                left={names + column * sizes.column}
                sizes={sizes}
                scale={scale}
                date={dates[column] ?? null}
                hold={holds.runs.get(run.dag_run_id) ?? null}
                isSelected={selection.run === run.dag_run_id}
                isActive={active.place.row === -1 && active.place.column === column}
              />
            );
          })}
        </div>
        {tiles.map((tile) => (
          <CellTile
            key={`${tile.row}:${tile.column}`}
            tree={tree}
            rows={tile.rows}
            runs={tile.runs}
            sizes={sizes}
            palette={palette}
            holds={holds}
            left={names + tile.column * sizes.column}
            top={HEAD_HEIGHT + tile.row * sizes.row}
          />
        ))}
        {visible.slice(rowsSeen.from, rowsSeen.to).map((index, at) => {
          const place = rowsSeen.from + at;
          const row = tree.rows[index];
          if (!row) return null;
          return (
            <GridRow
              key={`${row.kind}:${row.id}`}
              row={row}
              hold={heldRow(tree, row, holds)}
              id={rowId(index)}
              place={place}
              sizes={sizes}
              names={names}
              width={width}
              isFolded={folded.has(row.id)}
              isSelected={selection.task === row.id}
              isActive={active.place.row === place && active.place.column === -1}
              tasks={tree.leaves.get(row.id)?.length ?? 0}
            >
              {active.place.row === place && active.place.column >= 0 && (
                <ActiveCell {...{ base, tree, index, runs, holds, layout }} column={active.place.column} />
              )}
            </GridRow>
          );
        })}
        <Chosen selection={selection} {...{ tree, visible, runs, layout }} />
        <HoverLayer {...{ scroller, layout, tree, visible, runs, holds }} />
      </div>
    </div>
  );
}

/** What a click or Enter does at a place: select, or fold a group by its name. */
function useActivate({ tree, runs, visible, onSelect, onFold }: GridViewProps) {
  return (place: { row: number; column: number }) => {
    const row = tree.rows[visible[place.row] ?? -1];
    const run = runs[place.column];
    if (row?.kind === "group" && !run) onFold(row.id);
    else onSelect({ run: run?.dag_run_id ?? null, task: row?.id ?? null, group: row?.kind === "group" });
  };
}

function scaleOf(runs: readonly GridRun[]) {
  const totals = runs.map((run) => (run.duration ?? 0) + (run.queued_duration ?? 0));
  const ended = runs.filter((run) => run.end_date !== null && run.duration !== null).map((run) => run.duration ?? 0);
  return { ...durationScale(Math.max(0, ...totals)), median: median(ended) };
}

function tilesOf(
  visible: readonly number[],
  runs: readonly GridRun[],
  top: number,
  bottom: number,
  left: number,
  right: number,
) {
  const rows = blocksOf(top, bottom, TILE.rows, visible.length);
  const columns = blocksOf(left, right, TILE.columns, runs.length);
  return rows.flatMap((down) =>
    columns.map((across) => ({
      row: down.first,
      column: across.first,
      rows: visible.slice(down.first, down.first + down.length),
      runs: runs.slice(across.first, across.first + across.length),
    })),
  );
}

/** The frame round what is selected. */
function Chosen({
  selection,
  tree,
  visible,
  runs,
  layout,
}: Pick<GridViewProps, "selection" | "tree" | "visible" | "runs"> & { layout: Layout }) {
  const column = runs.findIndex((run) => run.dag_run_id === selection.run);
  const row = selection.task === null ? -1 : visible.findIndex((index) => tree.rows[index]?.id === selection.task);
  const { sizes, names, rows } = layout;
  if (column < 0) return null;
  const left = names + column * sizes.column;
  return (
    <>
      <div
        className={classes.chosenRun}
        style={{ left, width: sizes.column, top: 0, height: HEAD_HEIGHT + rows * sizes.row }}
      />
      {row >= 0 && (
        <div
          className={classes.chosenCell}
          style={{ left, width: sizes.column, top: HEAD_HEIGHT + row * sizes.row, height: sizes.row }}
        />
      )}
    </>
  );
}
