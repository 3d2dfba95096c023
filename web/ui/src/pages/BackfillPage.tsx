import { Alert, Code, Stack, Title } from "@mantine/core";
import { Pause } from "lucide-react";
import { Link, useParams } from "react-router";
import type { Backfill } from "@/api/operatingTypes";
import { QueryView } from "@/components/QueryView";
import { BackfillActions } from "@/features/backfills/BackfillActions";
import { BackfillDates } from "@/features/backfills/BackfillDates";
import { BackfillState } from "@/features/backfills/BackfillState";
import { Cut } from "@/features/backfills/Cut";
import { ProgressInFull } from "@/features/backfills/Progress";
import { isOpen } from "@/features/backfills/progress";
import { useBackfill } from "@/features/backfills/queries";
import { useDag } from "@/features/frame/useDag";
import { dagAddress } from "@/features/runs/addresses";
import { Facts } from "@/features/runs/Facts";
import { PageHead } from "@/features/runs/PageHead";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";

/** One backfill: how far it is, what was asked for, and what became of each date. */
export default function BackfillPage() {
  const { backfillId = "" } = useParams();
  return <QueryView query={useBackfill(backfillId)}>{(backfill) => <Shown backfill={backfill} />}</QueryView>;
}

function Shown({ backfill }: { backfill: Backfill }) {
  const t = useText();
  return (
    <Stack gap="md" maw="80rem">
      <PageHead
        title={t("backfills.title", { id: String(backfill.id) })}
        badge={<BackfillState backfill={backfill} />}
        facts={<Link to={dagAddress(backfill.dag_id, "grid")}>{backfill.dag_id}</Link>}
        actions={<BackfillActions backfill={backfill} />}
      />
      {isOpen(backfill) && <PausedNote dagId={backfill.dag_id} />}
      <ProgressInFull counts={backfill} />
      <Asked backfill={backfill} />
      <section aria-label={t("backfills.dates")}>
        <Title order={2} fz="sm" mb={6}>
          {t("backfills.dates")}
        </Title>
        <BackfillDates backfill={backfill} />
      </section>
    </Stack>
  );
}

function PausedNote({ dagId }: { dagId: string }) {
  const t = useText();
  const dag = useDag(dagId);
  if (!dag.data?.is_paused) return null;
  return (
    <Alert color="yellow" variant="light" icon={<Pause size={16} />}>
      {t("backfills.dagPaused", { dag: dagId })}
    </Alert>
  );
}

function Asked({ backfill }: { backfill: Backfill }) {
  const t = useText();
  const { dag_run_conf: conf, left_out } = backfill;
  return (
    <Facts
      facts={[
        [
          t("backfills.range"),
          <span key="range">
            <Time at={backfill.from_date} /> – <Time at={backfill.to_date} />
          </span>,
        ],
        [t("backfills.leftOut"), left_out.length > 0 && left_out.map((part) => <Cut key={part.reason} part={part} />)],
        [t("backfills.order"), t(backfill.run_backwards ? "backfills.order.backward" : "backfills.order.forward")],
        [t("backfills.reprocess"), t(`backfills.reprocess.${backfill.reprocess_behavior}`)],
        [t("backfills.maxActive"), backfill.max_active_runs],
        [t("backfills.by"), backfill.triggered_by],
        [t("backfills.created"), <Time key="created" at={backfill.created_at} />],
        [t("backfills.ended"), backfill.completed_at && <Time at={backfill.completed_at} />],
        [t("backfills.conf"), Object.keys(conf).length > 0 && <Code block>{JSON.stringify(conf, null, 2)}</Code>],
      ]}
    />
  );
}
