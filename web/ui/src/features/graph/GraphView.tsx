import { Anchor, Button, Group, Loader, Text as Words } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Workflow } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { ErrorBox } from "@/components/ErrorBox";
import { useHolds } from "@/features/holds/useHolds";
import { dagAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import { stateColor } from "@/states/states";
import type { BoxNode } from "./boxes";
import { Canvas, type CanvasHandle } from "./Canvas";
import { CanvasActionsContext } from "./CanvasActions";
import { ChosenPanel } from "./ChosenPanel";
import { GraphToolbar, ShownSelect } from "./GraphToolbar";
import classes from "./GraphView.module.css";
import { GroupBox } from "./GroupBox";
import type { Direction } from "./layout";
import { draw, type Structure } from "./model";
import { useVersions } from "./queries";
import type { States } from "./states";
import { TaskBox } from "./TaskBox";
import { useFolding } from "./useFolding";
import { useLayout } from "./useLayout";
import { usePicture } from "./usePicture";
import { useChoice, useShown } from "./useShown";

/** The tasks of a DAG and how they depend on each other, with the states of a run. */
export function GraphView({ dagId }: { dagId: string }) {
  const t = useText();
  const [choice, change] = useChoice();
  const [isRunShown, showRun] = useState(false);
  const shown = useShown(dagId, choice);
  const versions = useVersions(dagId);
  const select = (
    <ShownSelect
      choice={choice}
      runs={shown.runs.data ?? []}
      versions={versions.data ?? []}
      newest={shown.newest}
      onChoose={change}
    />
  );
  if (shown.failed) {
    return (
      <div className={classes.view}>
        <Group>{select}</Group>
        <ErrorBox error={shown.failed.error} onRetry={() => void shown.failed?.refetch()} />
      </div>
    );
  }
  if (shown.structure.data && !shown.structure.data.tasks.length)
    return (
      <EmptyState icon={Workflow} title={t("graph.empty")}>
        {t("graph.empty.remedy")}
      </EmptyState>
    );
  return (
    <Drawn
      key={dagId}
      dagId={dagId}
      structure={shown.structure.data ?? null}
      states={shown.states}
      runId={shown.runId}
      chosen={choice.box}
      onChoose={(box) => change({ box })}
      isRunShown={isRunShown}
      onRunClosed={() => showRun(false)}
    >
      <Group gap="sm">
        {select}
        {shown.runId && (
          <Button
            size="xs"
            variant="default"
            aria-expanded={isRunShown}
            onClick={() => {
              showRun(!isRunShown || choice.box !== null);
              change({ box: null });
            }}
          >
            {t("graph.run")}
          </Button>
        )}
        {shown.runId && <VersionNote dagId={dagId} used={shown.version} newest={versions.data?.[0]?.number ?? null} />}
      </Group>
    </Drawn>
  );
}

interface VersionNoteProps {
  dagId: string;
  used: number | null;
  newest: number | null;
}

/** Says that a run used an older version than the newest, and leads to what has changed since. */
function VersionNote({ dagId, used, newest }: VersionNoteProps) {
  const t = useText();
  if (!used || !newest || used >= newest) return null;
  return (
    <Words fz="sm" c="dimmed">
      {t("graph.old", { version: String(used), newest: String(newest) })}{" "}
      <Anchor
        component={Link}
        fz="sm"
        to={dagAddress(dagId, "code", { version: String(newest), compare: String(used) })}
      >
        {t("graph.compare")}
      </Anchor>
    </Words>
  );
}

interface DrawnProps {
  dagId: string;
  structure: Structure | null;
  states: States | null;
  runId: string | null;
  /** A task's id or a group's key. */
  chosen: string | null;
  onChoose: (boxId: string | null) => void;
  isRunShown: boolean;
  onRunClosed: () => void;
  children: React.ReactNode;
}

const NODE_TYPES = { task: TaskBox, taskGroup: GroupBox };

function Drawn(props: DrawnProps) {
  const { dagId, structure, states, runId, chosen, onChoose, isRunShown, onRunClosed, children } = props;
  const t = useText();
  const canvas = useRef<CanvasHandle>(null);
  const [direction, setDirection] = useLocalStorage<Direction>({
    key: "headway.graph.direction",
    defaultValue: matchMedia("(max-width: 48em)").matches ? "TB" : "LR",
    getInitialValueInEffect: false,
  });
  const { folded, anchor, fold, foldAll, reveal } = useFolding(structure, chosen);
  const drawing = useMemo(() => (structure ? draw(structure, folded) : null), [structure, folded]);
  const { laidOut, failed } = useLayout(drawing, direction);
  const picture = usePicture(structure, states, laidOut, chosen, useHolds(dagId), runId);

  const start = useRef(chosen).current;
  const sought = useRef<string | null>(null);
  useEffect(() => {
    const id = sought.current;
    if (!id || !laidOut?.placed.boxes[id]) return;
    sought.current = null;
    requestAnimationFrame(() => canvas.current?.centre(id));
  }, [laidOut]);

  const find = (taskId: string) => {
    reveal(taskId);
    onChoose(taskId);
    if (laidOut?.placed.boxes[taskId]) canvas.current?.centre(taskId);
    else sought.current = taskId;
  };
  const latest = useRef({ fold, onChoose });
  latest.current = { fold, onChoose };
  const actions = useMemo(
    () => ({ choose: (id: string) => latest.current.onChoose(id), fold: (key: string) => latest.current.fold(key) }),
    [],
  );

  return (
    <div className={classes.view}>
      <Group justify="space-between" gap="xs">
        {children}
        <GraphToolbar
          tasks={structure?.tasks ?? []}
          hasGroups={(structure?.groups.length ?? 0) > 0}
          hasFolded={folded.size > 0}
          direction={direction}
          onFind={find}
          onDirection={setDirection}
          onFoldAll={foldAll}
        />
      </Group>
      {failed && <ErrorBox error={new Error(t("graph.failed", { reason: failed }))} />}
      <div className={classes.area}>
        {laidOut && structure ? (
          <CanvasActionsContext value={actions}>
            <Canvas
              laidOut={laidOut}
              nodes={picture.nodes}
              nodeTypes={NODE_TYPES}
              tones={picture.tones}
              label={`${t("graph.label", { dag: dagId })}. ${t("graph.keys")}`}
              anchor={anchor}
              chosen={chosen}
              start={start !== null && laidOut.placed.boxes[start] ? start : null}
              colorOf={(node) => mapColor(node as BoxNode)}
              handle={canvas}
              onEscape={() => onChoose(null)}
            />
          </CanvasActionsContext>
        ) : (
          !failed && <Loader m="auto" aria-label={t("graph.laying")} />
        )}
        <ChosenPanel
          dagId={dagId}
          runId={runId}
          task={structure?.tasks.find((task) => task.task_id === chosen) ?? null}
          cell={chosen === null ? undefined : states?.[chosen]}
          isRunShown={isRunShown}
          onClose={() => (chosen === null ? onRunClosed() : onChoose(null))}
        />
      </div>
    </div>
  );
}

function mapColor(node: BoxNode): string {
  if (node.type === "taskGroup" && !node.data.isFolded) return "var(--graph-group)";
  return node.data.summary ? stateColor.fill(node.data.summary.dominant) : "var(--graph-border)";
}
