import { Badge, Button, Group, Progress, Tooltip, Text as Words } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { useSession } from "@/api/session";
import { type Column, DataTable } from "@/components/DataTable";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import { isAlive, type Kind } from "./kinds";
import classes from "./Nodes.module.css";
import type { ClusterNode } from "./queries";

interface NodeTableProps {
  kind: Kind;
  nodes: ClusterNode[];
  onDrain: (node: ClusterNode) => void;
}

/** The nodes of one kind. */
export function NodeTable({ kind, nodes, onDrain }: NodeTableProps) {
  const t = useText();
  const columns: Column<ClusterNode>[] = [
    { id: "name", header: t("nodes.name"), width: "minmax(6.5rem, 1.4fr)", cell: (node) => <Name node={node} /> },
    { id: "state", header: t("nodes.state"), width: "minmax(5.2rem, 7rem)", cell: (node) => <State node={node} /> },
    ...(kind === "worker" ? workerColumns(t) : []),
    {
      id: "version",
      header: t("nodes.version"),
      width: "7rem",
      wideOnly: true,
      cell: (node) => <Version node={node} />,
    },
    {
      id: "started",
      header: t("nodes.started"),
      width: "9rem",
      wideOnly: true,
      cell: (node) => <Time at={node.started_at} as="relative" />,
    },
    {
      id: "seen",
      header: t("nodes.seen"),
      width: "8rem",
      ...(kind === "worker" && { wideOnly: true }),
      cell: (node) => <Time at={node.seen_at} as="relative" />,
    },
    ...(kind === "worker"
      ? [
          {
            id: "drain",
            header: "",
            width: "5.6rem",
            cell: (node: ClusterNode) => <Drain node={node} onDrain={onDrain} />,
          },
        ]
      : []),
  ];
  return <DataTable rows={nodes} columns={columns} rowKey={(node) => node.id} label={t(`nodes.kind.${kind}`)} />;
}

function workerColumns(t: ReturnType<typeof useText>): Column<ClusterNode>[] {
  return [
    {
      id: "queues",
      header: t("nodes.queues"),
      width: "minmax(8rem, 1fr)",
      cell: (node) => <Queues node={node} />,
      wideOnly: true,
    },
    { id: "load", header: t("nodes.load"), width: "minmax(4.5rem, 9rem)", cell: (node) => <Load node={node} /> },
  ];
}

function Name({ node }: { node: ClusterNode }) {
  return (
    <div className={classes.name}>
      <div>{node.name}</div>
      <Words fz="xs" c="dimmed">
        {node.hostname} · pid {node.pid}
      </Words>
    </div>
  );
}

const DOT = {
  up: "--state-success",
  draining: "--state-up-for-retry",
  gone: "--state-removed",
  dead: "--state-failed",
} as const;

function State({ node }: { node: ClusterNode }) {
  const t = useText();
  return (
    <span className={classes.state}>
      <span className={classes.dot} style={{ background: `var(${DOT[node.state] ?? "--state-none"})` }} />
      {t(`nodes.state.${node.state}`)}
    </span>
  );
}

function Queues({ node }: { node: ClusterNode }) {
  return (
    <Group gap={4}>
      {node.queues.map((queue) => (
        <Badge key={queue} component={Link} to="/queues" variant="default" size="sm" className={classes.queue}>
          {queue}
        </Badge>
      ))}
    </Group>
  );
}

function Load({ node }: { node: ClusterNode }) {
  const t = useText();
  if (!isAlive(node)) return null;
  const words = t("nodes.load.of", { running: node.running, capacity: node.capacity });
  return (
    <div className={classes.load}>
      {words}
      <Progress
        size={4}
        value={node.capacity ? Math.min(100, (node.running / node.capacity) * 100) : 0}
        color="var(--state-running)"
        aria-label={words}
      />
    </div>
  );
}

function Version({ node }: { node: ClusterNode }) {
  const t = useText();
  const mine = useSession().version;
  if (node.version === mine || !isAlive(node)) return node.version;
  return (
    <Tooltip label={t("nodes.version.differs", { mine })} multiline w={260}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint opens on focus, too */}
      <span className={classes.differs} tabIndex={0}>
        <TriangleAlert size={13} aria-hidden /> {node.version}
      </span>
    </Tooltip>
  );
}

function Drain({ node, onDrain }: { node: ClusterNode; onDrain: (node: ClusterNode) => void }) {
  const t = useText();
  if (node.state !== "up") return null;
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button size="compact-xs" variant="default" disabled={disabled} onClick={() => onDrain(node)}>
          {t("nodes.drain")}
        </Button>
      )}
    </Guarded>
  );
}
