import { Button, Popover } from "@mantine/core";
import { CirclePause } from "lucide-react";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { SEVERITY, stateColor } from "@/states/states";
import { GLYPHS } from "./glyphs";
import classes from "./Legend.module.css";
import { RUN_TYPES, RunTypeIcon, useRunTypeName } from "./RunHeads";

/** What the marks mean. */
export function Legend() {
  const t = useText();
  const stateName = useStateName();
  const typeName = useRunTypeName();
  return (
    <Popover position="bottom-end" withinPortal>
      <Popover.Target>
        <Button size="xs" variant="subtle" color="gray">
          {t("grid.legend")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className={classes.legend}>
          {SEVERITY.map((state) => (
            <li key={state}>
              <Mark state={state} /> {stateName(state)}
            </li>
          ))}
        </ul>
        <ul className={classes.legend} data-second>
          <li>
            <CirclePause size={14} color={stateColor.ink("deferred")} aria-hidden /> {t("hold.badge")}
          </li>
          {RUN_TYPES.map((type) => (
            <li key={type}>
              <RunTypeIcon type={type} /> {typeName(type)}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function Mark({ state }: { state: (typeof SEVERITY)[number] }) {
  const glyph = GLYPHS[state];
  const isEmpty = state === "none" || state === "removed";
  const colour = stateColor.onFill(state);
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" opacity={isEmpty ? 0.5 : 1} aria-hidden>
      <rect
        x={0.5}
        y={0.5}
        width={15}
        height={15}
        rx={3}
        fill={isEmpty ? "none" : stateColor.fill(state)}
        stroke={isEmpty ? colour : stateColor.fill(state)}
      />
      {glyph && (
        <path
          d={glyph.path}
          fill={glyph.fill ? colour : "none"}
          stroke={glyph.fill ? "none" : colour}
          strokeWidth={1.7}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
    </svg>
  );
}
