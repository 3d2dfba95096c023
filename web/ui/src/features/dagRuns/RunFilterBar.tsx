import { Button, Select } from "@mantine/core";
import { DebouncedSearch } from "@/components/DebouncedSearch";
import { type MessageKey, useText } from "@/i18n";
import { StateSelect } from "@/states/StateSelect";
import { RUN_STATES } from "@/states/states";
import { DagSelect } from "../backfills/DagSelect";
import { DayRange } from "./DayRange";
import { ENDED, isRunFiltered, type RunFilters } from "./filters";
import classes from "./RunFilterBar.module.css";

const TYPES = ["scheduled", "manual", "backfill", "asset_triggered"] as const;

interface RunFilterBarProps {
  filters: RunFilters;
  onChange: (change: Partial<RunFilters>) => void;
  onClear: () => void;
  /** Of all DAGs: one can be chosen. */
  isOverAll?: boolean;
}

/** What narrows a list of runs: DAG, run id, state, type, logical dates, when they ended. */
export function RunFilterBar({ filters, onChange, onClear, isOverAll }: RunFilterBarProps) {
  const t = useText();
  return (
    <search className={classes.bar}>
      {isOverAll && <DagSelect asFilter value={filters.dag_id} onChange={(dag_id) => onChange({ dag_id })} />}
      <DebouncedSearch label={t("runs.filter.id")} value={filters.q} onChange={(q) => onChange({ q })} width="11rem" />
      <StateSelect
        label={t("runs.filter.state")}
        states={RUN_STATES}
        value={filters.state}
        onChange={(state) => onChange({ state })}
      />
      <Choice
        label="runs.filter.type"
        of="runs.type"
        from={TYPES}
        value={filters.type}
        onChange={(type) => onChange({ type })}
      />
      <Choice
        label="runs.filter.ended"
        of="runs.ended"
        from={Object.keys(ENDED)}
        value={filters.ended}
        onChange={(ended) => onChange({ ended })}
      />
      <DayRange from={filters.from} to={filters.to} onChange={onChange} />
      {isRunFiltered(filters) && (
        <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
          {t("dags.filter.clear")}
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: MessageKey;
  /** What the names of the values begin with in the catalogue. */
  of: string;
  from: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

function Choice({ label, of, from, value, onChange }: ChoiceProps) {
  const t = useText();
  return (
    <Select
      size="xs"
      w="9.5rem"
      clearable
      placeholder={t(label)}
      aria-label={t(label)}
      data={from.map((each) => ({ value: each, label: t(`${of}.${each}` as MessageKey) }))}
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? "")}
    />
  );
}
