import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { ChevronDown, ChevronUp, Clock, Download, Search, WrapText } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "@/i18n";
import { LEVELS, type Level, type LogBuffer } from "./buffer";
import classes from "./Logs.module.css";
import type { LogOptions } from "./options";

interface LogToolbarProps {
  buffer: LogBuffer;
  hidden: ReadonlySet<Level>;
  onHidden: (hidden: ReadonlySet<Level>) => void;
  options: LogOptions;
  onOptions: (change: Partial<LogOptions>) => void;
  query: string;
  onQuery: (query: string) => void;
  onStep: (direction: 1 | -1) => void;
  /** Which match is shown, counted from 0. */
  place: number | null;
  matches: number;
  download: string;
  isSmall: boolean;
}

/** Search, levels and options of a log. */
export function LogToolbar(props: LogToolbarProps) {
  const { buffer, hidden, onHidden, options, onOptions, isSmall } = props;
  const t = useText();
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("logs.toolbar")}>
      <SearchField {...props} />
      <div className={classes.levels}>
        {LEVELS.filter((level) => buffer.counts[level] > 0 && level !== "other").map((level) => (
          <button
            key={level}
            type="button"
            className={classes.chip}
            data-level={level}
            aria-pressed={!hidden.has(level)}
            onClick={() => onHidden(turned(hidden, level))}
          >
            {level} <span className={classes.chipCount}>{buffer.counts[level].toLocaleString()}</span>
          </button>
        ))}
      </div>
      <div className={classes.tools}>
        {!isSmall && (
          <Toggle label={t("logs.times")} isOn={options.times} onClick={() => onOptions({ times: !options.times })}>
            <Clock size={15} />
          </Toggle>
        )}
        <Toggle label={t("logs.wrap")} isOn={options.wrap} onClick={() => onOptions({ wrap: !options.wrap })}>
          <WrapText size={15} />
        </Toggle>
        <Tooltip label={t("logs.download")}>
          <ActionIcon
            component="a"
            href={props.download}
            download
            variant="subtle"
            color="gray"
            aria-label={t("logs.download")}
          >
            <Download size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

function SearchField({ query, onQuery, onStep, place, matches }: LogToolbarProps) {
  const t = useText();
  const pressed = (event: React.KeyboardEvent) => {
    if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") onQuery("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classes.search}>
      <TextInput
        type="search"
        size="xs"
        leftSection={<Search size={14} />}
        placeholder={t("logs.search")}
        aria-label={t("logs.search")}
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      {query !== "" && (
        <>
          <span className={classes.found} aria-live="polite">
            {place === null ? t("logs.matches", { count: matches }) : `${place + 1} / ${matches.toLocaleString()}`}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={matches === 0}
            aria-label={t("logs.previous")}
            onClick={() => onStep(-1)}
          >
            <ChevronUp size={15} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={matches === 0}
            aria-label={t("logs.next")}
            onClick={() => onStep(1)}
          >
            <ChevronDown size={15} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}

function Toggle(props: { label: string; isOn: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant={props.isOn ? "light" : "subtle"}
        color={props.isOn ? undefined : "gray"}
        aria-label={props.label}
        aria-pressed={props.isOn}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

function turned(hidden: ReadonlySet<Level>, level: Level): Set<Level> {
  const next = new Set(hidden);
  if (!next.delete(level)) next.add(level);
  return next;
}
