import { Anchor, Button, Text as Words } from "@mantine/core";
import { History } from "lucide-react";
import { Fragment } from "react";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { instanceAddress, runAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import classes from "./Assets.module.css";
import { type AssetEvent, useAssetEvents } from "./queries";

/** The updates of an asset: when, by what, what was said, and which runs they started. */
export function AssetEvents({ assetId }: { assetId: string }) {
  const t = useText();
  const events = useAssetEvents(assetId);
  return (
    <QueryView query={events}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.asset_events);
        if (!rows.length)
          return (
            <EmptyState icon={History} title={t("assets.events.none")}>
              {t("assets.events.none.remedy")}
            </EmptyState>
          );
        return (
          <>
            <div className={classes.scroller}>
              <table className={classes.events}>
                <thead>
                  <tr>
                    {(["at", "by", "extra", "started"] as const).map((column) => (
                      <th key={column} scope="col">
                        {t(`assets.event.${column}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((event) => (
                    <Row key={event.id} event={event} />
                  ))}
                </tbody>
              </table>
            </div>
            {events.hasNextPage && (
              <Button
                variant="default"
                size="xs"
                mt="sm"
                loading={events.isFetchingNextPage}
                onClick={() => void events.fetchNextPage()}
              >
                {t("action.more")}
              </Button>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function Row({ event }: { event: AssetEvent }) {
  const hasExtra = Object.keys(event.extra).length > 0;
  return (
    <tr>
      <td>
        <Time at={event.timestamp} as="short" />
      </td>
      <td>
        <Source event={event} />
      </td>
      <td>{hasExtra && <code className={classes.extra}>{JSON.stringify(event.extra)}</code>}</td>
      <td>
        {event.created_dagruns.map(({ dag_id, dag_run_id }, index) => (
          <Fragment key={dag_run_id + dag_id}>
            {index > 0 && ", "}
            <Anchor component={Link} to={runAddress(dag_id, dag_run_id)} fz="sm" title={dag_run_id}>
              {dag_id}
            </Anchor>
          </Fragment>
        ))}
      </td>
    </tr>
  );
}

function Source({ event }: { event: AssetEvent }) {
  const t = useText();
  const { source_dag_id: dagId, source_task_id: taskId, source_run_id: runId, source_map_index: mapIndex } = event;
  if (!dagId || !taskId || !runId)
    return (
      <Words component="span" fz="sm" c="dimmed">
        {t("assets.event.byHand")}
      </Words>
    );
  return (
    <Anchor component={Link} to={instanceAddress({ dagId, runId, taskId, mapIndex })} fz="sm" title={runId}>
      {dagId}.{taskId}
    </Anchor>
  );
}
