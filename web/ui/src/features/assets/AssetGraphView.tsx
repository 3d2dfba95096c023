import { Anchor, Loader } from "@mantine/core";
import { Panel } from "@xyflow/react";
import { Boxes } from "lucide-react";
import { useMemo, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { ErrorBox } from "@/components/ErrorBox";
import { QueryView } from "@/components/QueryView";
import { dagAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import { Canvas, type CanvasHandle } from "../graph/Canvas";
import { CanvasActionsContext } from "../graph/CanvasActions";
import { SIZES, type Sizes } from "../graph/layout";
import { reach } from "../graph/reach";
import { emphasisOf, tonesOf } from "../graph/tones";
import { useLayout } from "../graph/useLayout";
import { AssetBox, type AssetBoxNode } from "./AssetBox";
import classes from "./Assets.module.css";
import { type AssetNode, drawingOf, structureOf } from "./graph";
import { type AssetGraph, useAssetGraph } from "./queries";

/** How DAGs hang together by what they make and wait for. */
export function AssetGraphView() {
  const t = useText();
  const graph = useAssetGraph();
  return (
    <QueryView query={graph}>
      {(data) =>
        data.nodes.length ? (
          <Drawn graph={data} />
        ) : (
          <EmptyState icon={Boxes} title={t("assets.empty")}>
            {t("assets.empty.remedy")}
          </EmptyState>
        )
      }
    </QueryView>
  );
}

const NODE_TYPES = { asset: AssetBox };
const BOX_SIZES: Sizes = { ...SIZES, task: { width: 200, height: 54 } };
const COLORS = { dag: "var(--graph-border)", asset: "var(--hw-accent)", alias: "var(--hw-faint)" };
const itself = (id: string) => [id];

function Drawn({ graph }: { graph: AssetGraph }) {
  const t = useText();
  const canvas = useRef<CanvasHandle>(null);
  const [search, setSearch] = useSearchParams();
  const drawing = useMemo(() => drawingOf(graph), [graph]);
  const { laidOut, failed } = useLayout(drawing, "LR", BOX_SIZES);
  const nodes = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  const chosen = nodes.get(search.get("node") ?? "") ?? null;
  const choose = (id: string | null) =>
    setSearch(id === null ? { view: "graph" } : { view: "graph", node: id }, { replace: true });
  const latest = useRef(choose);
  latest.current = choose;
  const actions = useMemo(() => ({ choose: (id: string) => latest.current(id), fold: () => {} }), []);

  const picture = useMemo(() => {
    if (!laidOut) return null;
    const reached = chosen && reach(structureOf(laidOut.drawing), [chosen.id]);
    const emphasis = emphasisOf(laidOut.drawing, chosen?.id ?? null, reached, itself);
    const tones = tonesOf(laidOut.drawing, chosen && reached ? { tasks: [chosen.id], reached } : null, new Map());
    const entry = chosen?.id ?? laidOut.drawing.boxes[0]?.id;
    const boxes = laidOut.drawing.boxes.flatMap(({ id }): AssetBoxNode[] => {
      const [node, place] = [nodes.get(id), laidOut.placed.boxes[id]];
      if (!node || !place) return [];
      const data = { node, emphasis: emphasis.get(id) ?? "none", isEntry: id === entry };
      const { x, y, width, height } = place;
      return [
        { id, type: "asset", position: { x, y }, width, height, zIndex: 2, draggable: false, selectable: false, data },
      ];
    });
    return { boxes, tones };
  }, [laidOut, nodes, chosen]);

  if (failed) return <ErrorBox error={new Error(t("graph.failed", { reason: failed }))} />;
  return (
    <div className={classes.canvas}>
      {laidOut && picture ? (
        <CanvasActionsContext value={actions}>
          <Canvas
            laidOut={laidOut}
            nodes={picture.boxes}
            nodeTypes={NODE_TYPES}
            tones={picture.tones}
            label={`${t("assets.graph.label")}. ${t("graph.keys")}`}
            anchor={chosen?.id ?? null}
            chosen={chosen?.id ?? null}
            start={null}
            colorOf={(node) => COLORS[(node as AssetBoxNode).data.node.kind]}
            handle={canvas}
            onEscape={() => choose(null)}
          >
            {chosen && <Opener node={chosen} />}
          </Canvas>
        </CanvasActionsContext>
      ) : (
        <Loader m="auto" aria-label={t("graph.laying")} />
      )}
    </div>
  );
}

/** Leads to the page of what is chosen. */
function Opener({ node }: { node: AssetNode }) {
  const t = useText();
  const address =
    node.kind === "dag" ? dagAddress(node.label, "grid") : node.asset_id === null ? null : `/assets/${node.asset_id}`;
  return (
    <Panel position="top-left" className={classes.opener}>
      <b>{node.label}</b> · {t(`assets.kind.${node.kind}`)}{" "}
      {address && (
        <Anchor component={Link} to={address} fz="sm">
          {t("assets.graph.open")}
        </Anchor>
      )}
    </Panel>
  );
}
