import { Anchor, Button, Group, Stack, Title, Text as Words } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { CopyButton } from "@/components/CopyButton";
import { Guarded } from "@/components/Guarded";
import { QueryView } from "@/components/QueryView";
import { JsonView } from "@/features/xcom/JsonView";
import { useText } from "@/i18n";
import { AssetEvents } from "./AssetEvents";
import classes from "./Assets.module.css";
import { CreateEventDialog } from "./CreateEventDialog";
import { DagLinks } from "./DagLinks";
import { MaterializeDialog } from "./MaterializeDialog";
import { type Asset, useAsset } from "./queries";
import { WaitingList } from "./WaitingList";

/** One asset: who makes it, who waits for it, when it was updated and what was said of it. */
export function AssetView({ assetId }: { assetId: string }) {
  const t = useText();
  const asset = useAsset(assetId);
  return (
    <Stack gap="lg">
      <Anchor component={Link} to="/assets" fz="sm" className={classes.back}>
        <ArrowLeft size={14} aria-hidden /> {t("assets.back")}
      </Anchor>
      <QueryView query={asset}>{(data) => <Shown asset={data} />}</QueryView>
    </Stack>
  );
}

function Shown({ asset }: { asset: Asset }) {
  const t = useText();
  const [dialog, setDialog] = useState<"create" | "materialize" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <div className={classes.title}>
          <Title order={1}>{asset.name}</Title>
          <Group gap={4} c="dimmed" fz="sm" wrap="nowrap">
            <span className={classes.uri}>{asset.uri}</span>
            <CopyButton value={asset.uri} />
          </Group>
        </div>
        <Group gap="xs">
          <Guarded role="operator">
            {(disabled) => (
              <Button variant="default" disabled={disabled} onClick={() => setDialog("create")}>
                {t("assets.create")}
              </Button>
            )}
          </Guarded>
          <Guarded role="operator">
            {(disabled) => (
              <Button disabled={disabled || asset.producers.length === 0} onClick={() => setDialog("materialize")}>
                {t("assets.materialize")}
              </Button>
            )}
          </Guarded>
        </Group>
      </Group>
      <Facts asset={asset} />
      <section aria-label={t("assets.waiting")}>
        <Title order={2} fz="sm" mb={6}>
          {t("assets.waiting")}
        </Title>
        <WaitingList dags={asset.consumers.map((each) => each.dag_id)} />
      </section>
      <section aria-label={t("assets.events")}>
        <Title order={2} fz="sm" mb={6}>
          {t("assets.events")}
        </Title>
        <AssetEvents assetId={String(asset.id)} />
      </section>
      <CreateEventDialog asset={asset} opened={dialog === "create"} onClose={close} />
      <MaterializeDialog asset={asset} opened={dialog === "materialize"} onClose={close} />
    </>
  );
}

function Facts({ asset }: { asset: Asset }) {
  const t = useText();
  const hasExtra = Object.keys(asset.extra).length > 0;
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t("assets.group")}</dt>
        <dd>{asset.group}</dd>
      </div>
      <div>
        <dt>{t("assets.producers")}</dt>
        <dd>
          <DagLinks dags={asset.producers.map((each) => each.dag_id)} none={t("assets.noProducer")} />
        </dd>
      </div>
      <div>
        <dt>{t("assets.consumers")}</dt>
        <dd>
          <DagLinks dags={asset.consumers.map((each) => each.dag_id)} none={t("assets.noConsumer")} />
        </dd>
      </div>
      <div className={classes.wide}>
        <dt>{t("assets.extra")}</dt>
        <dd>{hasExtra ? <JsonView value={asset.extra} /> : <Words c="dimmed">{t("assets.extra.none")}</Words>}</dd>
      </div>
    </dl>
  );
}
