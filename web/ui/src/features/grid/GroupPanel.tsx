import { Button, Group } from "@mantine/core";
import { Eraser } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import { StateIcon } from "@/states/StateIcon";
import { ClearDialog } from "../actions/ClearDialog";
import { runAddress } from "../runs/addresses";
import { StateCounts } from "../runs/StateCounts";
import classes from "./GroupPanel.module.css";
import { cellSummary } from "./paint";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import { SidePanel } from "./SidePanel";
import type { Selection } from "./selection";

interface GroupPanelProps {
  dagId: string;
  group: string;
  run: GridRun;
  tree: Tree;
  onSelect: (selection: Selection) => void;
  onClose: () => void;
}

/** A group of tasks in one run: how its tasks stand, and clearing all of them. */
export function GroupPanel({ dagId, group, run, tree, onSelect, onClose }: GroupPanelProps) {
  const t = useText();
  const [isClearing, setClearing] = useState(false);
  const leaves = tree.leaves.get(group) ?? [];
  const summary = cellSummary(tree, tree.indexOf.get(`group:${group}`) ?? -1, run.cells);
  const ids = leaves.flatMap((leaf) => (run.cells[leaf] === null ? [] : [tree.rows[leaf]?.id ?? ""]));
  return (
    <SidePanel
      title={group}
      subtitle={<Link to={runAddress(dagId, run.dag_run_id)}>{run.dag_run_id}</Link>}
      address={null}
      onClose={onClose}
    >
      <Group gap={6}>
        <Guarded role="operator">
          {(disabled) => (
            <Button
              size="xs"
              variant="light"
              leftSection={<Eraser size={14} />}
              disabled={disabled || ids.length === 0}
              onClick={() => setClearing(true)}
            >
              {t("clear.group")}
            </Button>
          )}
        </Guarded>
      </Group>
      {summary && <StateCounts counts={summary.counts as Record<string, number>} />}
      <ul className={classes.tasks}>
        {leaves.map((leaf) => {
          const row = tree.rows[leaf];
          const own = row ? cellSummary(tree, leaf, run.cells) : null;
          if (!row || !own) return null;
          return (
            <li key={row.id}>
              <button
                type="button"
                className={classes.task}
                onClick={() => onSelect({ run: run.dag_run_id, task: row.id, group: false })}
              >
                <StateIcon state={own.dominant} /> {row.id}
                {own.total > 1 && <span className={classes.count}>{own.total}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {isClearing && (
        <ClearDialog target={{ dagId, runId: run.dag_run_id, tasks: ids }} onClose={() => setClearing(false)} />
      )}
    </SidePanel>
  );
}
