import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useDeferredValue, useMemo, useState } from "react";
import { useParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { type GridFilters, useGrid } from "@/features/grid/data";
import classes from "@/features/grid/GridPage.module.css";
import { GridToolbar } from "@/features/grid/GridToolbar";
import { GridView } from "@/features/grid/GridView";
import { useDensity, useFolded } from "@/features/grid/memory";
import { Panel } from "@/features/grid/Panel";
import { groupIds, toggled, visibleRows } from "@/features/grid/rows";
import { useSelection } from "@/features/grid/selection";
import { SIZES } from "@/features/grid/sizes";
import { useHolds } from "@/features/holds/useHolds";
import { useText } from "@/i18n";

const NO_FILTERS: GridFilters = { runType: "", state: "" };

/** Tasks × runs of a DAG. */
export default function GridPage() {
  const t = useText();
  const { dagId = "" } = useParams();
  const [filters, setFilters] = useState(NO_FILTERS);
  const [text, setText] = useState("");
  const [density, setDensity] = useDensity();
  const [folded, setFolded] = useFolded(dagId);
  const [selection, select] = useSelection();
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const { query, tree, runs } = useGrid(dagId, filters);
  const holds = useHolds(dagId);
  const deferred = useDeferredValue(text);
  const visible = useMemo(() => visibleRows(tree, folded, deferred), [tree, folded, deferred]);
  const groups = groupIds(tree);
  const older = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  return (
    <div className={classes.page}>
      <GridToolbar
        {...{ text, filters, density }}
        onText={setText}
        onFilters={setFilters}
        onDensity={setDensity}
        onFoldAll={groups.length > 0 ? (isFolded) => setFolded(new Set(isFolded ? groups : [])) : null}
      />
      <QueryView query={query}>
        {() => (
          <div className={classes.body}>
            {runs.length === 0 ? (
              <NoRuns
                isFiltered={filters.runType !== "" || filters.state !== ""}
                onReset={() => setFilters(NO_FILTERS)}
              />
            ) : visible.length === 0 ? (
              <EmptyState title={t("empty.filtered")}>{t("grid.noTask", { text })}</EmptyState>
            ) : (
              <GridView
                {...{ tree, runs, visible, folded, holds, selection }}
                sizes={SIZES[density]}
                names={isNarrow ? 140 : 240}
                onSelect={select}
                onFold={(group) => setFolded(toggled(folded, group))}
                onOlder={older}
              />
            )}
            <Panel {...{ dagId, selection, tree, runs }} onSelect={select} />
          </div>
        )}
      </QueryView>
    </div>
  );
}

function NoRuns({ isFiltered, onReset }: { isFiltered: boolean; onReset: () => void }) {
  const t = useText();
  if (!isFiltered) return <EmptyState title={t("grid.noRuns")}>{t("grid.noRuns.words")}</EmptyState>;
  return (
    <EmptyState
      title={t("empty.filtered")}
      action={
        <Button size="xs" variant="default" onClick={onReset}>
          {t("empty.filtered.action")}
        </Button>
      }
    />
  );
}
