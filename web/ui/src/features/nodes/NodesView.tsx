import { Alert, Group, Pill, Stack, Switch, Title } from "@mantine/core";
import { Server, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useAddressText } from "@/components/useAddressText";
import { useText } from "@/i18n";
import { workerCommand } from "../queues/health";
import { DrainDialog } from "./DrainDialog";
import { byKind, consumersOf, missing } from "./kinds";
import { NodeTable } from "./NodeTable";
import { type ClusterNode, useNodes } from "./queries";

/** The nodes of the cluster by kind: where they run, what they do, when they were last heard of. */
export function NodesView() {
  const t = useText();
  const [ended, setEnded] = useState(false);
  const [draining, setDraining] = useState<ClusterNode | null>(null);
  const nodes = useNodes(ended);
  const [queue, setQueue] = useAddressText("queue");
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1}>{t("nav.nodes")}</Title>
          {queue && (
            <Pill
              withRemoveButton
              removeButtonProps={{ "aria-label": t("dags.filter.clear") }}
              onRemove={() => setQueue("")}
            >
              {t("nodes.ofQueue", { queue })}
            </Pill>
          )}
        </Group>
        <Switch label={t("nodes.ended")} checked={ended} onChange={(event) => setEnded(event.currentTarget.checked)} />
      </Group>
      <QueryView query={nodes}>
        {(all) => (
          <>
            {missing(all).map((kind) => (
              <Alert
                key={kind}
                color="red"
                variant="light"
                role="alert"
                icon={<TriangleAlert size={18} />}
                title={t("nodes.missing", { kind })}
              >
                {t(`nodes.missing.${kind}`)}
              </Alert>
            ))}
            {byKind(consumersOf(queue, all)).map(([kind, members]) => (
              <section key={kind} aria-label={t(`nodes.kind.${kind}`)}>
                <Title order={2} fz="sm" mb={6}>
                  {t(`nodes.kind.${kind}`)} · {members.length}
                </Title>
                <NodeTable kind={kind} nodes={members} onDrain={setDraining} />
              </section>
            ))}
            {queue && consumersOf(queue, all).length === 0 && (
              <EmptyState icon={Server} title={t("queues.unattended.quiet")}>
                {t("queues.unattended.remedy")} <code>{workerCommand(queue)}</code>
              </EmptyState>
            )}
            {!all.length && (
              <EmptyState icon={Server} title={t("nodes.none")}>
                {t("nodes.none.remedy")}
              </EmptyState>
            )}
            <DrainDialog node={draining} nodes={all} onClose={() => setDraining(null)} />
          </>
        )}
      </QueryView>
    </Stack>
  );
}
