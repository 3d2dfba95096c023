import { Group, SegmentedControl, Stack, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useSearchParams } from "react-router";
import { useText } from "@/i18n";
import { AssetGraphView } from "./AssetGraphView";
import { AssetList } from "./AssetList";

/** What tasks make and DAGs wait for, as a list or as a graph. */
export function AssetsView() {
  const t = useText();
  const [search, setSearch] = useSearchParams();
  const view = search.get("view") === "graph" ? "graph" : "list";
  const q = search.get("q") ?? "";
  const [wanted] = useDebouncedValue(q, 250);
  const change = (name: string, value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t("nav.assets")}</Title>
        <Group gap="xs">
          {view === "list" && (
            <TextInput
              aria-label={t("assets.search")}
              placeholder={t("assets.search")}
              leftSection={<Search size={15} />}
              w={{ base: 190, sm: 280 }}
              value={q}
              onChange={(event) => change("q", event.currentTarget.value)}
            />
          )}
          <SegmentedControl
            aria-label={t("assets.view")}
            value={view}
            onChange={(next) => change("view", next === "graph" ? "graph" : "")}
            data={[
              { value: "list", label: t("assets.view.list") },
              { value: "graph", label: t("assets.view.graph") },
            ]}
          />
        </Group>
      </Group>
      {view === "graph" ? <AssetGraphView /> : <AssetList q={wanted} onClear={() => change("q", "")} />}
    </Stack>
  );
}
