import { Alert, Group, Stack, Switch, Title } from "@mantine/core";
import { Server, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { DrainDialog } from "./DrainDialog";
import { byKind, missing } from "./kinds";
import { NodeTable } from "./NodeTable";
import { type ClusterNode, useNodes } from "./queries";

/** The nodes of the cluster by kind: where they run, what they do, when they were last heard of. */
export function NodesView() {
  const t = useText();
  const [ended, setEnded] = useState(false);
  const [draining, setDraining] = useState<ClusterNode | null>(null);
  const nodes = useNodes(ended);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t("nav.nodes")}</Title>
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
            {byKind(all).map(([kind, members]) => (
              <section key={kind} aria-label={t(`nodes.kind.${kind}`)}>
                <Title order={2} fz="sm" mb={6}>
                  {t(`nodes.kind.${kind}`)} · {members.length}
                </Title>
                <NodeTable kind={kind} nodes={members} onDrain={setDraining} />
              </section>
            ))}
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
