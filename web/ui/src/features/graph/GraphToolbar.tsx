import { ActionIcon, Autocomplete, Group, Select, Tooltip } from "@mantine/core";
import { ArrowDownFromLine, ArrowRightFromLine, ChevronsDownUp, ChevronsUpDown, Search } from "lucide-react";
import { useMemo, useState } from "react";
import type { DagRun } from "@/api/runTypes";
import { type Translate, useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { shortTime } from "@/time/format";
import type { Direction } from "./layout";
import type { TaskNode } from "./model";
import type { DagVersion } from "./queries";
import type { Choice } from "./useShown";

interface ToolbarProps {
  tasks: TaskNode[];
  hasGroups: boolean;
  hasFolded: boolean;
  direction: Direction;
  onFind: (taskId: string) => void;
  onDirection: (direction: Direction) => void;
  onFoldAll: (folded: boolean) => void;
}

/** Find a task, turn the drawing, fold its groups. */
export function GraphToolbar({ tasks, hasGroups, hasFolded, direction, onFind, onDirection, onFoldAll }: ToolbarProps) {
  const t = useText();
  const turned = direction === "LR" ? "TB" : "LR";
  return (
    <Group gap="xs" wrap="nowrap">
      <TaskSearch tasks={tasks} onFind={onFind} />
      <Tool label={t(`graph.direction.${turned}`)} onClick={() => onDirection(turned)}>
        {turned === "LR" ? <ArrowRightFromLine size={17} /> : <ArrowDownFromLine size={17} />}
      </Tool>
      {hasGroups && (
        <Tool label={t(hasFolded ? "graph.unfoldAll" : "graph.foldAll")} onClick={() => onFoldAll(!hasFolded)}>
          {hasFolded ? <ChevronsUpDown size={17} /> : <ChevronsDownUp size={17} />}
        </Tool>
      )}
    </Group>
  );
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={34} aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function TaskSearch({ tasks, onFind }: Pick<ToolbarProps, "tasks" | "onFind">) {
  const t = useText();
  const [query, setQuery] = useState("");
  const found = useMemo(() => matches(tasks, query), [tasks, query]);
  return (
    <Autocomplete
      aria-label={t("graph.search")}
      placeholder={t("graph.search")}
      leftSection={<Search size={15} />}
      w={{ base: 150, sm: 220 }}
      value={query}
      data={found}
      filter={({ options }) => options}
      limit={30}
      maxDropdownHeight={320}
      onChange={setQuery}
      onOptionSubmit={(taskId) => {
        setQuery("");
        onFind(taskId);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && found[0] && !event.currentTarget.getAttribute("aria-activedescendant"))
          onFind(found[0]);
      }}
    />
  );
}

/** Tasks whose id or label holds the words; those that begin with them come first. */
function matches(tasks: TaskNode[], query: string): string[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [];
  const rank = ({ task_id, label }: TaskNode) =>
    Math.min(
      ...[task_id, label].map((text) => text.toLowerCase().indexOf(wanted)).map((at) => (at < 0 ? Infinity : at)),
    );
  return tasks
    .map((task) => ({ id: task.task_id, rank: rank(task) }))
    .filter((each) => each.rank < Infinity)
    .sort((one, other) => one.rank - other.rank)
    .map((each) => each.id);
}

interface ShownSelectProps {
  choice: Choice;
  runs: DagRun[];
  versions: DagVersion[];
  newest: string | null;
  onChoose: (change: Partial<Choice>) => void;
}

const NEWEST = "newest";

/** Which run's states are shown, or which version's structure alone. */
export function ShownSelect({ choice, runs, versions, newest, onChoose }: ShownSelectProps) {
  const t = useText();
  const { zone } = usePreferences();
  const runName = (run: DagRun) =>
    `${shortTime(new Date(run.logical_date ?? run.run_after), zone)} · ${t(`state.${run.state}` as "state.success")}`;
  const newestRun = runs.find((run) => run.dag_run_id === newest);
  const listed =
    choice.runId && !runs.some((run) => run.dag_run_id === choice.runId)
      ? [{ value: `run:${choice.runId}`, label: choice.runId }]
      : [];
  const data = [
    ...(newestRun
      ? [{ value: NEWEST, label: t("graph.shown.newest", { run: runName(newestRun) }), items: undefined }]
      : []),
    {
      group: t("graph.shown.runs"),
      items: [...listed, ...runs.map((run) => ({ value: `run:${run.dag_run_id}`, label: runName(run) }))],
    },
    {
      group: t("graph.shown.versions"),
      items: versions.map((version, index) => ({
        value: `version:${version.number}`,
        label: versionName(version, index === 0, t),
      })),
    },
  ].filter((each) => each.items === undefined || each.items.length > 0);
  return (
    <Select
      aria-label={t("graph.shown")}
      data={data}
      value={shownValue(choice, newest, versions)}
      onChange={(value) => value !== null && onChoose(choiceOf(String(value)))}
      allowDeselect={false}
      searchable
      w={{ base: 190, sm: 300 }}
      maxDropdownHeight={420}
    />
  );
}

const versionName = ({ number }: DagVersion, isNewest: boolean, t: Translate): string =>
  t(isNewest ? "graph.shown.version.newest" : "graph.shown.version", { version: String(number) });

function shownValue(choice: Choice, newest: string | null, versions: DagVersion[]): string | null {
  if (choice.version) return `version:${choice.version}`;
  if (choice.runId) return `run:${choice.runId}`;
  if (newest) return NEWEST;
  return versions[0] ? `version:${versions[0].number}` : null;
}

function choiceOf(value: string): Partial<Choice> {
  const [kind, ...rest] = value.split(":");
  const name = rest.join(":");
  if (kind === "version") return { runId: null, version: Number(name) };
  return { runId: kind === "run" ? name : null, version: null };
}
