import { Button, Group, SegmentedControl } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { CopyButton } from "@/components/CopyButton";
import { useText } from "@/i18n";
import { branches, type Json, PART, rowsOf, type TreeRow, typeOf } from "./tree";
import classes from "./XCom.module.css";

/** A JSON value as a tree that folds, or as text. What it holds is shown as it is: never as markup, never run. */
export function JsonView({ value }: { value: Json }) {
  const t = useText();
  const [isRaw, setRaw] = useState(false);
  const [choice, setChoice] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? "null", [value]);
  const rows = useMemo(() => rowsOf(value, choice, shown), [value, choice, shown]);
  const isBranch = value !== null && typeof value === "object";

  const toggle = (row: TreeRow) => setChoice(new Map(choice).set(row.path, !row.open));
  const setAll = (open: boolean) => setChoice(new Map(branches(value).map((path) => [path, open || path === ""])));
  const showMore = (row: TreeRow) => {
    const parent = row.path.slice(0, -"//more".length);
    setShown(new Map(shown).set(parent, (shown.get(parent) ?? PART) + 10 * PART));
  };

  return (
    <div className={classes.json}>
      <Group gap="xs" className={classes.tools}>
        <SegmentedControl
          size="xs"
          value={isRaw ? "raw" : "tree"}
          onChange={(next) => setRaw(next === "raw")}
          data={[
            { value: "tree", label: t("xcom.tree") },
            { value: "raw", label: t("xcom.raw") },
          ]}
        />
        {isBranch && !isRaw && (
          <Button.Group>
            <Button size="compact-xs" variant="default" onClick={() => setAll(true)}>
              {t("xcom.openAll")}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setAll(false)}>
              {t("xcom.shutAll")}
            </Button>
          </Button.Group>
        )}
        <CopyButton value={text} label={t("xcom.copy")} />
      </Group>
      {isRaw ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre className={classes.raw} tabIndex={0}>
          {text}
        </pre>
      ) : (
        <ul className={classes.tree}>
          {rows.map((row) => (
            <Row key={row.path} row={row} onToggle={() => toggle(row)} onMore={() => showMore(row)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ row, onToggle, onMore }: { row: TreeRow; onToggle: () => void; onMore: () => void }) {
  const t = useText();
  const style = { paddingLeft: row.depth * 18 };
  if (row.more > 0) {
    return (
      <li style={style}>
        <Button size="compact-xs" variant="subtle" onClick={onMore}>
          {t("xcom.more", { count: row.more })}
        </Button>
      </li>
    );
  }
  const name = row.key ?? t("xcom.root");
  const Icon = row.open ? ChevronDown : ChevronRight;
  return (
    <li className={classes.row} style={style}>
      {row.size === null ? (
        <span className={classes.noFold} />
      ) : (
        <button
          type="button"
          className={classes.fold}
          aria-expanded={row.open}
          aria-label={t(row.open ? "xcom.fold" : "xcom.unfold", { key: name })}
          onClick={onToggle}
        >
          <Icon size={14} />
        </button>
      )}
      {row.key !== null && <span className={classes.name}>{row.key}:</span>}
      <Leaf row={row} />
    </li>
  );
}

function Leaf({ row }: { row: TreeRow }) {
  const t = useText();
  const type = typeOf(row.value);
  if (row.size !== null)
    return <span className={classes.size}>{t(`xcom.type.${type}` as "xcom.type.list", { count: row.size })}</span>;
  return (
    <span className={classes.leaf} data-type={type}>
      {JSON.stringify(row.value)}
    </span>
  );
}
