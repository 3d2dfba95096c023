import { Button } from "@mantine/core";
import { ArrowDownToLine } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { address } from "@/api/client";
import type { InstanceRef } from "@/api/runTypes";
import { useText } from "@/i18n";
import { instanceAddress } from "../runs/addresses";
import { chosen as chosenLines, hashOf, linesOf } from "./anchor";
import type { Level, LogBuffer } from "./buffer";
import { LogLines, type LogLinesHandle } from "./LogLines";
import { LogStatus } from "./LogStatus";
import classes from "./Logs.module.css";
import { LogToolbar } from "./LogToolbar";
import { useLogOptions } from "./options";
import { matcher, stepped } from "./search";
import { logPath, useLog } from "./useLog";
import { useMatches } from "./useMatches";
import { useShown } from "./useShown";

interface LogViewProps {
  target: InstanceRef;
  state: string;
  tryNumber: number;
  /** Beside the Grid: fewer controls, lines without numbers' links. */
  isSmall?: boolean;
}

/** The log of one try: followed while it is written, searched, filtered by level. */
export function LogView({ target, state, tryNumber, isSmall = false }: LogViewProps) {
  const t = useText();
  const log = useLog(target, tryNumber);
  const lines = useRef<LogLinesHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [options, setOptions] = useLogOptions();
  const [hidden, setHidden] = useState<ReadonlySet<Level>>(new Set());
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState<number | null>(null);
  const [chosen, choose] = useChosenLines(target, isSmall);
  const [following, setFollowing] = useState(chosen === null);
  const { buffer, revision } = log;
  const shown = useShown(buffer, revision, hidden);
  const pattern = useMemo(() => matcher(query), [query]);
  const matches = useMatches(buffer, shown, query);
  useReveal(lines, chosen?.from ?? null, buffer);

  const step = (direction: 1 | -1) => {
    const next = stepped(matches, current ?? (direction === 1 ? -1 : shown.length), direction);
    if (next === null) return;
    setFollowing(false);
    setCurrent(next);
    lines.current?.reveal(next);
  };
  const keyPressed = (event: React.KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "f") return;
    event.preventDefault();
    frame.current?.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+F inside the log searches all of it, not the lines in sight
    <div ref={frame} className={classes.frame} data-small={isSmall || undefined} onKeyDown={keyPressed}>
      <LogToolbar
        {...{ buffer, hidden, options, isSmall, query }}
        onHidden={setHidden}
        onOptions={setOptions}
        onQuery={(next) => {
          setQuery(next);
          setCurrent(null);
        }}
        onStep={step}
        place={current === null ? null : matches.indexOf(current)}
        matches={matches.length}
        download={address(logPath(target, tryNumber), { download: 1 })}
      />
      <div className={classes.body}>
        {buffer.length > 0 && (
          <LogLines
            ref={lines}
            {...{ buffer, shown, hidden, pattern, current, chosen, following }}
            wrap={options.wrap}
            showTimes={options.times && !isSmall}
            onFollow={setFollowing}
            onNumber={choose}
          />
        )}
        {!following && buffer.length > 0 && (
          <Button
            size="xs"
            className={classes.toEnd ?? ""}
            leftSection={<ArrowDownToLine size={14} />}
            onClick={() => setFollowing(true)}
          >
            {t("logs.toEnd")}
          </Button>
        )}
        <LogStatus target={target} log={log} state={state} shown={shown.length} />
      </div>
    </div>
  );
}

/** The lines that the address names, and what a click on a number does: it names that line. */
function useChosenLines(target: InstanceRef, isSmall: boolean) {
  const { hash, search } = useLocation();
  const navigate = useNavigate();
  const chosen = useMemo(() => (isSmall ? null : linesOf(hash)), [hash, isSmall]);
  const before = useRef(chosen);
  before.current = chosen;
  const page = instanceAddress(target, "logs");
  const choose = useCallback(
    (number: number, extend: boolean) => {
      const next = hashOf(chosenLines(before.current, number, extend));
      void navigate(isSmall ? `${page}${next}` : { search, hash: next }, {
        replace: !isSmall,
        preventScrollReset: true,
      });
    },
    [navigate, search, isSmall, page],
  );
  return [chosen, choose] as const;
}

/** Goes to a linked line once it has come. */
function useReveal(lines: React.RefObject<LogLinesHandle | null>, number: number | null, buffer: LogBuffer): void {
  const { lines: length } = buffer;
  const done = useRef<number | null>(null);
  useEffect(() => {
    if (number === null || length < number || done.current === number) return;
    done.current = number;
    lines.current?.reveal(buffer.indexOf(number));
  }, [lines, number, length, buffer]);
}
