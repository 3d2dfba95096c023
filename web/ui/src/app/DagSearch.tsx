import { Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useText } from "../i18n";
import { useHotkey } from "./useHotkey";

interface Found {
  dags: { dag_id: string; label: string }[];
}

/** Finds a DAG by name from anywhere; `/` goes there. */
export function DagSearch() {
  const t = useText();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), 150);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: keys.dags("search", q),
    queryFn: ({ signal }) => api.get<Found>("/dags", { query: { q, limit: 12 }, signal }),
    enabled: q !== "",
    placeholderData: (previous) => previous,
  });
  useHotkey("/", () => field.current?.focus());
  const found = q === text.trim() && !isPlaceholderData ? data?.dags : undefined;
  /** Enter came before the server's answer: the first hit is opened as soon as it is there. */
  const isAwaited = useRef(false);

  const open = (dagId: string) => {
    isAwaited.current = false;
    combobox.closeDropdown();
    setText("");
    field.current?.blur();
    void navigate(`/dags/${encodeURIComponent(dagId)}`);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was found decides
  useEffect(() => {
    const first = found?.[0];
    if (first === undefined) return;
    if (isAwaited.current) open(first.dag_id);
    else combobox.selectFirstOption();
  }, [found]);

  return (
    <Combobox store={combobox} onOptionSubmit={open}>
      <Combobox.Target>
        <TextInput
          ref={field}
          type="search"
          size="sm"
          w={{ base: "100%", xs: 300 }}
          placeholder={`${t("search.placeholder")}  /`}
          aria-label={t("search.placeholder")}
          leftSection={isFetching && q ? <Loader size={14} /> : <Search size={15} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
            isAwaited.current = false;
          }}
          onKeyDown={(event) => {
            isAwaited.current ||= event.key === "Enter" && found === undefined && text.trim() !== "";
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={q === ""}>
        <Combobox.Options mah={360} style={{ overflowY: "auto" }} aria-label={t("nav.dags")}>
          {data?.dags.map((dag) => (
            <Combobox.Option key={dag.dag_id} value={dag.dag_id}>
              {dag.label || dag.dag_id}
            </Combobox.Option>
          ))}
          {data?.dags.length === 0 && <Combobox.Empty>{t("search.none", { q })}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
