import { Anchor, Button, Group, SegmentedControl, Select, Text as Words } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { FileCode, X } from "lucide-react";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { CopyButton } from "@/components/CopyButton";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { type DagVersion, useNewestRuns, useVersions } from "@/features/graph/queries";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { shortTime } from "@/time/format";
import classes from "./Code.module.css";
import { SplitDiff, UnifiedDiff } from "./Diff";
import { Listing } from "./Listing";
import { highlight } from "./python";
import { type SourceDiff, useSource, useSourceDiff } from "./queries";
import { StructureChanges } from "./StructureChanges";
import { rowsOf, tally } from "./unified";

/** The file that defines a DAG, in each of its versions, and what changed between two of them. */
export function CodeView({ dagId }: { dagId: string }) {
  const t = useText();
  const versions = useVersions(dagId);
  return (
    <QueryView query={versions}>
      {(all) =>
        all.length ? (
          <Chosen dagId={dagId} versions={all} />
        ) : (
          <EmptyState icon={FileCode} title={t("code.none")}>
            {t("code.none.remedy")}
          </EmptyState>
        )
      }
    </QueryView>
  );
}

function Chosen({ dagId, versions }: { dagId: string; versions: DagVersion[] }) {
  const [search, setSearch] = useSearchParams();
  const runs = useNewestRuns(dagId);
  const run = runs.data?.find((each) => each.dag_run_id === search.get("run")) ?? runs.data?.[0] ?? null;
  const ofRun = search.get("run") ? (run?.version ?? null) : null;
  const version = (Number(search.get("version")) || null) ?? ofRun ?? versions[0]?.number ?? 1;
  const compared = Number(search.get("compare")) || null;
  const change = (next: Record<string, number | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(next))
          value === null ? after.delete(name) : after.set(name, String(value));
        return after;
      },
      { replace: true },
    );

  return (
    <div className={classes.view}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <VersionSelect
            label="code.version"
            versions={versions}
            value={version}
            onChange={(next) => change({ version: next })}
          />
          <VersionSelect
            label="code.compare"
            versions={versions.filter((each) => each.number !== version)}
            newest={versions[0]?.number ?? null}
            value={compared === version ? null : compared}
            onChange={(next) => change({ compare: next })}
          />
        </Group>
        <RunHint
          run={run}
          isNewest={!search.get("run")}
          version={version}
          onShow={(next) => change({ version: next })}
        />
      </Group>
      {compared && compared !== version ? (
        <Comparison
          dagId={dagId}
          from={Math.min(compared, version)}
          to={Math.max(compared, version)}
          onStop={() => change({ compare: null })}
        />
      ) : (
        <OneVersion dagId={dagId} version={version} />
      )}
    </div>
  );
}

interface VersionSelectProps {
  label: "code.version" | "code.compare";
  versions: DagVersion[];
  newest?: number | null;
  value: number | null;
  onChange: (version: number | null) => void;
}

function VersionSelect({ label, versions, newest, value, onChange }: VersionSelectProps) {
  const t = useText();
  const { zone } = usePreferences();
  const first = newest ?? versions[0]?.number;
  const name = ({ number, created_at }: DagVersion) =>
    t(number === first ? "code.version.newest" : "code.version.option", {
      version: String(number),
      when: shortTime(new Date(created_at), zone),
    });
  const isOptional = label === "code.compare";
  return (
    <Select
      aria-label={t(label)}
      placeholder={isOptional ? t(versions.length ? "code.compare.none" : "code.diff.only") : undefined}
      disabled={isOptional && !versions.length}
      data={versions.map((version) => ({ value: String(version.number), label: name(version) }))}
      value={value === null ? null : String(value)}
      onChange={(next) => onChange(next === null ? null : Number(next))}
      allowDeselect={false}
      clearable={isOptional}
      w={{ base: "100%", xs: 280 }}
    />
  );
}

interface RunHintProps {
  run: { dag_run_id: string; version: number | null } | null;
  isNewest: boolean;
  version: number;
  onShow: (version: number) => void;
}

/** Which version the chosen run (or the newest one) really ran. */
function RunHint({ run, isNewest, version, onShow }: RunHintProps) {
  const t = useText();
  if (!run?.version) return null;
  const used = run.version;
  const values = { version: String(used) };
  return (
    <Words fz="sm" c="dimmed">
      {isNewest ? t("code.run.newest", values) : t("code.run", { ...values, run: run.dag_run_id })}{" "}
      {used !== version && (
        <Anchor component="button" type="button" fz="sm" onClick={() => onShow(used)}>
          {t("code.run.show")}
        </Anchor>
      )}
    </Words>
  );
}

function OneVersion({ dagId, version }: { dagId: string; version: number }) {
  const t = useText();
  const source = useSource(dagId, version);
  const lines = useMemo(() => highlight(source.data?.content ?? ""), [source.data]);
  return (
    <QueryView query={source}>
      {({ file, content }) => (
        <div className={classes.file}>
          <div className={classes.head}>
            <FileCode size={15} aria-hidden />
            <span className={classes.name}>{file}</span>
            <CopyButton value={content} label={t("code.copy")} />
          </div>
          <Listing lines={lines} label={t("code.file", { file, version: String(version) })} />
        </div>
      )}
    </QueryView>
  );
}

interface ComparisonProps {
  dagId: string;
  from: number;
  to: number;
  onStop: () => void;
}

function Comparison({ dagId, from, to, onStop }: ComparisonProps) {
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
  const before = useSource(dagId, from);
  const after = useSource(dagId, to);
  const colours = useMemo(
    () => ({ before: highlight(before.data?.content ?? ""), after: highlight(after.data?.content ?? "") }),
    [before.data, after.data],
  );
  const rows = useMemo(() => rowsOf(diff.unified), [diff.unified]);
  const View = isWide && wanted === "split" ? SplitDiff : UnifiedDiff;
  const versions = { from: String(from), to: String(to) };
  return (
    <>
      <StructureChanges changes={diff.structure} />
      <div className={classes.file}>
        <div className={classes.head}>
          <FileCode size={15} aria-hidden />
          <span className={classes.name}>{diff.file}</span>
          <span className={classes.tally}>{t("code.diff.lines", tally(rows))}</span>
          {isWide && (
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
        </div>
        {rows.length ? (
          <View rows={rows} before={colours.before} after={colours.after} label={t("code.diff.label", versions)} />
        ) : (
          <EmptyState icon={FileCode} title={t("code.diff.same")}>
            {t("code.diff.same.remedy")}
          </EmptyState>
        )}
      </div>
    </>
  );
}
