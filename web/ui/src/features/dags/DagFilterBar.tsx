import { Button, MultiSelect, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import { DebouncedSearch } from "@/components/DebouncedSearch";
import { useText } from "@/i18n";
import { StateSelect } from "@/states/StateSelect";
import { RUN_STATES } from "@/states/states";
import classes from "./DagFilterBar.module.css";
import { type DagFilters, isFiltered } from "./filters";

interface DagFilterBarProps {
  filters: DagFilters;
  onChange: (change: Partial<DagFilters>) => void;
  onClear: () => void;
}

/** What narrows the list of DAGs: text, paused or not, last run's state, tags, owner. */
export function DagFilterBar({ filters, onChange, onClear }: DagFilterBarProps) {
  const t = useText();
  return (
    <search className={classes.bar}>
      <DebouncedSearch label={t("dags.filter.text")} value={filters.q} onChange={(q) => onChange({ q })} />
      <SegmentedControl
        size="xs"
        aria-label={t("dags.filter.which")}
        value={filters.paused}
        onChange={(paused) => onChange({ paused: paused as DagFilters["paused"] })}
        data={[
          { value: "", label: t("dags.filter.all") },
          { value: "active", label: t("dags.filter.active") },
          { value: "paused", label: t("dags.filter.paused") },
        ]}
      />
      <StateSelect
        label={t("dags.filter.state")}
        states={RUN_STATES}
        value={filters.state}
        onChange={(state) => onChange({ state })}
      />
      <TagFilter value={filters.tags} onChange={(tags) => onChange({ tags })} />
      <OwnerFilter value={filters.owner} onChange={(owner) => onChange({ owner })} />
      {isFiltered(filters) && (
        <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
          {t("dags.filter.clear")}
        </Button>
      )}
    </search>
  );
}

function TagFilter({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const t = useText();
  const { data } = useQuery({
    queryKey: keys.dags("tags"),
    queryFn: ({ signal }) => api.get<{ tags: { name: string; count: number }[] }>("/tags", { signal }),
  });
  const known = data?.tags.map(({ name }) => name) ?? [];
  return (
    <MultiSelect
      size="xs"
      className={classes.tags}
      searchable
      clearable
      placeholder={value.length > 0 ? "" : t("dags.filter.tags")}
      aria-label={t("dags.filter.tags")}
      data={[...new Set([...known, ...value])]}
      value={value}
      onChange={onChange}
    />
  );
}

function OwnerFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText();
  const { data } = useQuery({
    queryKey: keys.dags("owners"),
    queryFn: ({ signal }) => api.get<{ owners: { name: string; count: number }[] }>("/owners", { signal }),
  });
  const known = data?.owners.map(({ name }) => name) ?? [];
  return (
    <Select
      size="xs"
      w={140}
      searchable
      clearable
      placeholder={t("dags.filter.owner")}
      aria-label={t("dags.filter.owner")}
      data={[...new Set([...known, ...(value ? [value] : [])])]}
      value={value || null}
      onChange={(owner) => onChange(owner ?? "")}
    />
  );
}
