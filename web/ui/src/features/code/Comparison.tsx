import { Button, Group, SegmentedControl } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { FileCode, X } from "lucide-react";
import { useMemo } from "react";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import classes from "./Code.module.css";
import { SplitDiff, UnifiedDiff } from "./Diff";
import { highlight } from "./python";
import { type FileDiff, type SourceDiff, useSource, useSourceDiff } from "./queries";
import { StructureChanges } from "./StructureChanges";
import { rowsOf, tally } from "./unified";

interface ComparisonProps {
  dagId: string;
  from: number;
  to: number;
  onStop: () => void;
}

/** What changed between two versions: the DAG's tasks, its file, and the modules that this imported. */
export function Comparison({ dagId, from, to, onStop }: ComparisonProps) {
  const diff = useSourceDiff(dagId, from, to);
  return (
    <QueryView query={diff}>
      {(data) => <Compared dagId={dagId} diff={data} from={from} to={to} onStop={onStop} />}
    </QueryView>
  );
}

function Compared({ dagId, diff, from, to, onStop }: ComparisonProps & { diff: SourceDiff }) {
  const t = useText();
  const isWide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const [wanted, setWanted] = useLocalStorage<"unified" | "split">({ key: "headway.code.diff", defaultValue: "split" });
  return (
    <>
      <Group gap="xs" justify="space-between" align="flex-start">
        <StructureChanges changes={diff.structure} />
        <Group gap="xs">
          {isWide && diff.files.length > 0 && (
            <SegmentedControl
              size="xs"
              aria-label={t("code.view")}
              value={wanted}
              onChange={(value) => setWanted(value as "unified" | "split")}
              data={(["split", "unified"] as const).map((value) => ({ value, label: t(`code.view.${value}`) }))}
            />
          )}
          <Button size="compact-xs" variant="default" leftSection={<X size={13} />} onClick={onStop}>
            {t("code.compare.stop")}
          </Button>
        </Group>
      </Group>
      {diff.files.map((each) => (
        <ChangedFile
          key={each.file}
          dagId={dagId}
          diff={each}
          from={from}
          to={to}
          isOwn={each.file === diff.file}
          isSplit={isWide && wanted === "split"}
        />
      ))}
      {diff.files.length === 0 && <NothingToCompare missing={diff.missing} />}
    </>
  );
}

function NothingToCompare({ missing }: { missing: number[] }) {
  const t = useText();
  if (missing.length > 0)
    return (
      <EmptyState icon={FileCode} title={t("code.diff.missing", { versions: missing.join(", ") })}>
        {t("code.diff.missing.remedy")}
      </EmptyState>
    );
  return (
    <EmptyState icon={FileCode} title={t("code.diff.same")}>
      {t("code.diff.same.remedy")}
    </EmptyState>
  );
}

interface ChangedFileProps {
  dagId: string;
  diff: FileDiff;
  from: number;
  to: number;
  /** Whether it is the file that defines the DAG: that may have had another name. */
  isOwn: boolean;
  isSplit: boolean;
}

function ChangedFile({ dagId, diff, from, to, isOwn, isSplit }: ChangedFileProps) {
  const t = useText();
  const name = isOwn ? null : diff.file;
  const before = useSource(dagId, diff.change === "added" ? null : from, name);
  const after = useSource(dagId, diff.change === "removed" ? null : to, name);
  const colours = useMemo(
    () => ({ before: highlight(before.data?.content ?? ""), after: highlight(after.data?.content ?? "") }),
    [before.data, after.data],
  );
  const rows = useMemo(() => rowsOf(diff.unified), [diff.unified]);
  const View = isSplit ? SplitDiff : UnifiedDiff;
  const values = { from: String(from), to: String(to), file: diff.file };
  return (
    <div className={classes.file}>
      <div className={classes.head}>
        <FileCode size={15} aria-hidden />
        <span className={classes.name}>{diff.file}</span>
        {diff.change !== "changed" && <span className={classes.tally}>{t(`code.diff.file.${diff.change}`)}</span>}
        <span className={classes.tally}>
          {diff.too_large ? t("code.diff.tooLarge") : t("code.diff.lines", tally(rows))}
        </span>
      </div>
      {rows.length > 0 && (
        <View
          rows={rows}
          before={colours.before}
          after={colours.after}
          versions={[from, to]}
          label={t(isOwn ? "code.diff.label" : "code.diff.label.file", values)}
        />
      )}
    </div>
  );
}
