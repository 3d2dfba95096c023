import type { Node, NodeProps } from "@xyflow/react";
import { Boxes, Database, Workflow } from "lucide-react";
import { memo } from "react";
import { useText } from "@/i18n";
import { useCanvasActions } from "../graph/CanvasActions";
import type { Emphasis } from "../graph/tones";
import classes from "./AssetBox.module.css";
import type { AssetNode } from "./graph";

export type AssetBoxNode = Node<{ node: AssetNode; emphasis: Emphasis; isEntry: boolean }, "asset">;

const ICONS = { dag: Workflow, asset: Database, alias: Boxes };

/** A DAG, an asset or an alias. */
export const AssetBox = memo(function AssetBox({ data }: NodeProps<AssetBoxNode>) {
  const { node, emphasis, isEntry } = data;
  const { choose } = useCanvasActions();
  const t = useText();
  const Icon = ICONS[node.kind];
  const kind = t(`assets.kind.${node.kind}`);
  return (
    <button
      type="button"
      className={classes.box}
      data-box={node.id}
      data-kind={node.kind}
      data-emphasis={emphasis}
      tabIndex={isEntry ? 0 : -1}
      title={node.label}
      onClick={() => choose(node.id)}
    >
      <Icon size={17} aria-hidden />
      <span className={classes.words}>
        <span className={classes.label}>{node.label}</span>
        <span className={classes.kind}>{kind}</span>
      </span>
    </button>
  );
});
