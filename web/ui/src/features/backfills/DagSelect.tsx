import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import { useText } from "@/i18n";

interface DagSelectProps {
  value: string;
  onChange: (dagId: string) => void;
  /** Small and without a label above it, for filters: no DAG means all of them. */
  asFilter?: boolean;
}

interface Found {
  dags: { dag_id: string }[];
}

/** Chooses a DAG; the server searches, however many there are. */
export function DagSelect({ value, onChange, asFilter }: DagSelectProps) {
  const t = useText();
  const [text, setText] = useState(value);
  const [q] = useDebouncedValue(text === value ? "" : text.trim(), 200);
  const { data } = useQuery({
    queryKey: keys.dags("search", q),
    queryFn: ({ signal }) => api.get<Found>("/dags", { query: { q, limit: 12 }, signal }),
    placeholderData: (before) => before,
  });
  const found = data?.dags.map(({ dag_id }) => dag_id) ?? [];
  const look = asFilter
    ? { size: "xs", w: 210, "aria-label": t("backfills.dag"), placeholder: t("backfills.allDags") }
    : { label: t("backfills.dag"), withAsterisk: true };
  return (
    <Select
      {...look}
      searchable
      clearable={asFilter ?? false}
      data={[...new Set([...(value ? [value] : []), ...found])]}
      filter={({ options }) => options}
      nothingFoundMessage={t("backfills.dag.none")}
      searchValue={text}
      onSearchChange={setText}
      value={value || null}
      onChange={(dagId) => onChange(dagId ?? "")}
    />
  );
}
