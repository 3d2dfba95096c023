import { Button } from "@mantine/core";
import { Network } from "lucide-react";
import { Link } from "react-router";
import type { Dashboard } from "@/api/homeTypes";
import { EmptyState } from "@/components/EmptyState";
import { Panel } from "@/components/Panel";
import { useText } from "@/i18n";

/** What to do first, where nothing can run yet: no DAG is there, or all of them are paused. */
export function FirstSteps({ dags: { total, paused }, runs }: Pick<Dashboard, "dags" | "runs">) {
  const t = useText();
  if (paused < total || runs.running + runs.queued > 0) return null;
  if (total === 0)
    return (
      <Panel title={t("home.first")}>
        <EmptyState icon={Network} title={t("dags.empty.title")} action={<To page="/admin/import-errors" />}>
          {t("dags.empty.text")}
        </EmptyState>
      </Panel>
    );
  return (
    <Panel title={t("home.first")}>
      <EmptyState icon={Network} title={t("home.first.paused", { count: total })} action={<To page="/dags" />}>
        {t("home.first.unpause")}
      </EmptyState>
    </Panel>
  );
}

function To({ page }: { page: "/dags" | "/admin/import-errors" }) {
  const t = useText();
  return (
    <Button variant="default" size="xs" component={Link} to={page}>
      {t(page === "/dags" ? "home.first.toDags" : "admin.importErrors")}
    </Button>
  );
}
