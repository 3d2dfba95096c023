import { Button, Select } from "@mantine/core";
import { DebouncedSearch } from "@/components/DebouncedSearch";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { TASK_STATES } from "@/states/states";
import { DagSelect } from "../backfills/DagSelect";
import { DayRange } from "../dagRuns/DayRange";
import classes from "../dagRuns/RunFilterBar.module.css";
import { useQueues } from "../queues/queries";
import { isTaskFiltered, type TaskFilters, WAITING } from "./filters";

interface TaskFilterBarProps {
  filters: TaskFilters;
  onChange: (change: Partial<TaskFilters>) => void;
  onClear: () => void;
}

/** What narrows a list of task instances: DAG, task, run, state, queue, worker, logical dates. */
export function TaskFilterBar({ filters, onChange, onClear }: TaskFilterBarProps) {
  const t = useText();
  return (
    <search className={classes.bar}>
      <DagSelect asFilter value={filters.dag_id} onChange={(dag_id) => onChange({ dag_id })} />
      <DebouncedSearch
        label={t("tasks.filter.task")}
        value={filters.task}
        onChange={(task) => onChange({ task })}
        width="9.5rem"
      />
      <DebouncedSearch label={t("runs.filter.id")} value={filters.q} onChange={(q) => onChange({ q })} width="9.5rem" />
      <StateFilter value={filters.state} onChange={(state) => onChange({ state })} />
      <QueueFilter value={filters.queue} onChange={(queue) => onChange({ queue })} />
      <DebouncedSearch
        label={t("task.worker")}
        value={filters.worker}
        onChange={(worker) => onChange({ worker })}
        width="9.5rem"
      />
      <DayRange from={filters.from} to={filters.to} onChange={onChange} />
      {isTaskFiltered(filters) && (
        <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
          {t("dags.filter.clear")}
        </Button>
      )}
    </search>
  );
}

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

function StateFilter({ value, onChange }: FieldProps) {
  const t = useText();
  const name = useStateName();
  const states = TASK_STATES.map((state) => ({ value: state as string, label: name(state) }));
  return (
    <Select
      size="xs"
      w="10rem"
      clearable
      placeholder={t("task.state")}
      aria-label={t("task.state")}
      data={[{ value: WAITING, label: t("tasks.waiting") }, ...states]}
      value={value || null}
      onChange={(state) => onChange(state ?? "")}
    />
  );
}

function QueueFilter({ value, onChange }: FieldProps) {
  const t = useText();
  const { data } = useQueues();
  const known = data?.map(({ queue }) => queue) ?? [];
  return (
    <Select
      size="xs"
      w="9rem"
      clearable
      searchable
      placeholder={t("task.queue")}
      aria-label={t("task.queue")}
      data={[...new Set([...known, ...(value ? [value] : [])])]}
      value={value || null}
      onChange={(queue) => onChange(queue ?? "")}
    />
  );
}
