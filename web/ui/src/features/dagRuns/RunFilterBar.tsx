import { Button, Select, TextInput } from "@mantine/core";
import { type MessageKey, useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { RUN_STATES } from "@/states/states";
import { isRunFiltered, type RunFilters } from "./filters";
import classes from "./RunFilterBar.module.css";

const TYPES = ["scheduled", "manual", "backfill", "asset_triggered"] as const;

interface RunFilterBarProps {
  filters: RunFilters;
  onChange: (filters: RunFilters) => void;
}

/** What narrows a list of runs: state, type, days. */
export function RunFilterBar({ filters, onChange }: RunFilterBarProps) {
  const t = useText();
  const name = useStateName();
  const set = (change: Partial<RunFilters>) => onChange({ ...filters, ...change });
  return (
    <search className={classes.bar}>
      <Select
        size="xs"
        w={140}
        clearable
        placeholder={t("runs.filter.state")}
        aria-label={t("runs.filter.state")}
        data={RUN_STATES.map((state) => ({ value: state, label: name(state) }))}
        value={filters.state || null}
        onChange={(state) => set({ state: state ?? "" })}
      />
      <Select
        size="xs"
        w={140}
        clearable
        placeholder={t("runs.filter.type")}
        aria-label={t("runs.filter.type")}
        data={TYPES.map((type) => ({ value: type, label: t(`runs.type.${type}` as MessageKey) }))}
        value={filters.type || null}
        onChange={(type) => set({ type: type ?? "" })}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("runs.filter.from")}
        classNames={{ root: classes.day ?? "", label: classes.dayLabel ?? "" }}
        value={filters.from}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("runs.filter.to")}
        classNames={{ root: classes.day ?? "", label: classes.dayLabel ?? "" }}
        value={filters.to}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
      {isRunFiltered(filters) && (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          onClick={() => onChange({ state: "", type: "", from: "", to: "" })}
        >
          {t("dags.filter.clear")}
        </Button>
      )}
    </search>
  );
}
