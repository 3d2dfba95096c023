import "@xyflow/react/dist/base.css";
import { ActionIcon, Tooltip } from "@mantine/core";
import {
  MiniMap,
  type Node,
  type NodeTypes,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  ViewportPortal,
} from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { useText } from "@/i18n";
import classes from "./Canvas.module.css";
import { Lines, type Tone } from "./Lines";
import { isArrow, neighbour } from "./neighbour";
import type { LaidOut } from "./useLayout";

/** What others may have the canvas do. */
export interface CanvasHandle {
  /** Brings a box into the middle, near enough to read, and gives it the keyboard. */
  centre: (boxId: string) => void;
  fit: () => void;
}

interface CanvasProps {
  laidOut: LaidOut;
  nodes: Node[];
  nodeTypes: NodeTypes;
  tones: Map<string, Tone>;
  label: string;
  /** The box whose place on the screen a new layout must not move. */
  anchor: string | null;
  /** What stays in sight when the room for the drawing changes. */
  chosen: string | null;
  /** The box to begin with; without one the whole drawing is shown. */
  start: string | null;
  colorOf: (node: Node) => string;
  handle: React.Ref<CanvasHandle>;
  onEscape: () => void;
  children?: ReactNode;
}

const FAR = 0.38;
const NEAR_ENOUGH = 0.8;
/** Smaller drawings are seen whole: a map of them is in the way. */
const MAP_FROM = 25;
const FIT = { padding: 0.08, maxZoom: 1.1, minZoom: 0.03 };

/** A drawing that can be moved, zoomed and walked through with the arrow keys. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Surface {...props} />
    </ReactFlowProvider>
  );
}

function Surface({
  laidOut,
  nodes,
  nodeTypes,
  tones,
  label,
  anchor,
  chosen,
  start,
  colorOf,
  handle,
  onEscape,
  children,
}: CanvasProps) {
  const root = useRef<HTMLElement>(null);
  const isFar = useStore((store) => store.transform[2] < FAR);
  const walk = useWalking(laidOut, root, onEscape);
  useSteadyView(laidOut, anchor);
  const width = useStore((store) => store.width);
  const { bringIntoSight } = walk;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the side panel opens with the choice and takes room
  useEffect(() => {
    if (chosen !== null) bringIntoSight(chosen);
  }, [width, chosen]);
  useImperativeHandle(handle, () => walk.handle, [walk.handle]);
  return (
    <section
      ref={root}
      className={classes.canvas}
      aria-label={label}
      data-far={isFar || undefined}
      onKeyDown={walk.onKeyDown}
    >
      <ReactFlow
        nodes={nodes}
        edges={[]}
        nodeTypes={nodeTypes}
        fitView={start === null}
        onInit={() => start !== null && walk.handle.centre(start)}
        fitViewOptions={FIT}
        minZoom={0.03}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        deleteKeyCode={null}
      >
        <ViewportPortal>
          <Lines lines={laidOut.drawing.lines} placed={laidOut.placed} direction={laidOut.direction} tones={tones} />
        </ViewportPortal>
        {nodes.length >= MAP_FROM && (
          <MiniMap
            className={classes.minimap}
            nodeColor={colorOf}
            nodeBorderRadius={12}
            pannable
            zoomable
            ariaLabel={null}
          />
        )}
        <Panel position="bottom-left">
          <Controls />
        </Panel>
        {children}
      </ReactFlow>
    </section>
  );
}

function Controls() {
  const t = useText();
  const flow = useReactFlow();
  const buttons = [
    { label: t("graph.zoomIn"), icon: Plus, act: () => flow.zoomIn({ duration: 150 }) },
    { label: t("graph.zoomOut"), icon: Minus, act: () => flow.zoomOut({ duration: 150 }) },
    { label: t("graph.fit"), icon: Maximize, act: () => flow.fitView({ ...FIT, duration: 200 }) },
  ];
  return (
    <div className={classes.controls}>
      {buttons.map(({ label, icon: Icon, act }) => (
        <Tooltip key={label} label={label} position="right">
          <ActionIcon variant="subtle" color="gray" size="lg" radius={0} aria-label={label} onClick={() => void act()}>
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

/** The keyboard's way through the boxes. */
function useWalking(laidOut: LaidOut, root: React.RefObject<HTMLElement | null>, onEscape: () => void) {
  const flow = useReactFlow();
  const latest = useRef(laidOut);
  latest.current = laidOut;

  const buttonOf = (id: string) => root.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(id)}"]`);

  const centre = (id: string) => {
    const place = latest.current.placed.boxes[id];
    if (!place) return;
    const zoom = Math.max(flow.getZoom(), NEAR_ENOUGH);
    const isOpenGroup = latest.current.drawing.boxes.some((box) => box.id === id && box.kind === "group");
    if (isOpenGroup) void flow.fitBounds(place, { padding: 0.2, duration: 250 });
    else void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom, duration: 250 });
    buttonOf(id)?.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return onEscape();
    const from = (event.target as HTMLElement).dataset?.box;
    if (from === undefined || !isArrow(event.key)) return undefined;
    event.preventDefault();
    const open = new Set(
      latest.current.drawing.boxes.filter((box) => box.kind === "group" && box.id !== from).map((box) => box.id),
    );
    const boxes = new Map(Object.entries(latest.current.placed.boxes).filter(([id]) => !open.has(id)));
    const next = neighbour(boxes, from, event.key);
    if (next) {
      buttonOf(next)?.focus({ preventScroll: true });
      bringIntoSight(next);
    }
    return undefined;
  };

  const bringIntoSight = (id: string) => {
    const place = latest.current.placed.boxes[id];
    const frame = root.current?.getBoundingClientRect();
    if (!place || !frame) return;
    const from = flow.flowToScreenPosition(place);
    const to = flow.flowToScreenPosition({ x: place.x + place.width, y: place.y + place.height });
    const isSeen = from.x >= frame.left && from.y >= frame.top && to.x <= frame.right && to.y <= frame.bottom;
    const isLarger = to.x - from.x > frame.width || to.y - from.y > frame.height;
    if (isSeen || isLarger) return;
    void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom: flow.getZoom(), duration: 150 });
  };

  const handle = useRef<CanvasHandle>({ centre, fit: () => void flow.fitView({ ...FIT, duration: 200 }) }).current;
  return { handle, onKeyDown, bringIntoSight };
}

/** After a new layout the anchor stays where it was on the screen; without one the whole drawing is shown. */
function useSteadyView(laidOut: LaidOut, anchor: string | null): void {
  const flow = useReactFlow();
  const before = useRef(laidOut);
  useLayoutEffect(() => {
    const [from, to] = [anchor && before.current.placed.boxes[anchor], anchor && laidOut.placed.boxes[anchor]];
    if (before.current === laidOut || !from || !to) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x + (from.x - to.x) * zoom, y: y + (from.y - to.y) * zoom, zoom });
  }, [laidOut, anchor, flow]);
  useEffect(() => {
    const isNew = before.current !== laidOut;
    before.current = laidOut;
    if (isNew && !anchor) requestAnimationFrame(() => void flow.fitView({ ...FIT, duration: 200 }));
  }, [laidOut, anchor, flow]);
}
