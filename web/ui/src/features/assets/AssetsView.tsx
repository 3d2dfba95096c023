import { Group, SegmentedControl, Stack, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useAddressText } from "@/components/useAddressText";
import { useText } from "@/i18n";
import { AssetGraphView } from "./AssetGraphView";
import { AssetList } from "./AssetList";

/** What tasks make and DAGs wait for, as a list or as a graph. */
export function AssetsView() {
  const t = useText();
  const [shown, setShown] = useAddressText("view");
  const view = shown === "graph" ? "graph" : "list";
  const [q, setQ] = useAddressText("q");
  const [wanted] = useDebouncedValue(q, 250);
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
              onChange={(event) => setQ(event.currentTarget.value)}
            />
          )}
          <SegmentedControl
            aria-label={t("assets.view")}
            value={view}
            onChange={(next) => setShown(next === "graph" ? "graph" : "")}
            data={[
              { value: "list", label: t("assets.view.list") },
              { value: "graph", label: t("assets.view.graph") },
            ]}
          />
        </Group>
      </Group>
      {view === "graph" ? <AssetGraphView /> : <AssetList q={wanted} onClear={() => setQ("")} />}
    </Stack>
  );
}
