import { Anchor, Button, Text as Words } from "@mantine/core";
import { Boxes } from "lucide-react";
import { Link } from "react-router";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import classes from "./Assets.module.css";
import { DagLinks } from "./DagLinks";
import { type Asset, useAssets } from "./queries";

/** All assets, or those that match: who makes them, what they start, when they were last updated. */
export function AssetList({ q, onClear }: { q: string; onClear: () => void }) {
  const t = useText();
  const assets = useAssets(q);
  return (
    <QueryView query={assets}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.assets);
        if (!rows.length) return <NoAssets isFiltered={q !== ""} onClear={onClear} />;
        const more = assets.hasNextPage && (
          <Button
            variant="default"
            size="xs"
            m="sm"
            loading={assets.isFetchingNextPage}
            onClick={() => void assets.fetchNextPage()}
          >
            {t("action.more")}
          </Button>
        );
        return (
          <DataTable
            rows={rows}
            columns={columnsOf(t)}
            rowKey={(asset) => String(asset.id)}
            label={t("assets.list")}
            footer={more}
          />
        );
      }}
    </QueryView>
  );
}

function columnsOf(t: ReturnType<typeof useText>): Column<Asset>[] {
  return [
    { id: "name", header: t("assets.name"), width: "minmax(12rem, 2fr)", cell: (asset) => <Name asset={asset} /> },
    { id: "group", header: t("assets.group"), width: "7rem", wideOnly: true, cell: (asset) => asset.group },
    {
      id: "producers",
      header: t("assets.producers"),
      width: "minmax(8rem, 1.2fr)",
      wideOnly: true,
      cell: (asset) => <DagLinks dags={asset.producers.map((each) => each.dag_id)} none={t("assets.noProducer")} />,
    },
    {
      id: "consumers",
      header: t("assets.consumers"),
      width: "minmax(8rem, 1.2fr)",
      wideOnly: true,
      cell: (asset) => <DagLinks dags={asset.consumers.map((each) => each.dag_id)} none={t("assets.noConsumer")} />,
    },
    {
      id: "last",
      header: t("assets.lastEvent"),
      width: "8rem",
      cell: (asset) => <Time at={asset.last_event} as="relative" />,
    },
  ];
}

function Name({ asset }: { asset: Asset }) {
  return (
    <div className={classes.name}>
      <Anchor component={Link} to={`/assets/${asset.id}`} fw={600}>
        {asset.name}
      </Anchor>
      {asset.uri !== asset.name && (
        <Words fz="xs" c="dimmed" className={classes.uri}>
          {asset.uri}
        </Words>
      )}
    </div>
  );
}

function NoAssets({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const t = useText();
  if (!isFiltered)
    return (
      <EmptyState icon={Boxes} title={t("assets.empty")}>
        {t("assets.empty.remedy")}
      </EmptyState>
    );
  const clear = (
    <Button variant="default" size="xs" onClick={onClear}>
      {t("empty.filtered.action")}
    </Button>
  );
  return <EmptyState icon={Boxes} title={t("empty.filtered")} action={clear} />;
}
