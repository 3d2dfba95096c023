import { ActionIcon, SegmentedControl, Select, Tooltip } from "@mantine/core";
import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import { SearchField } from "@/components/SearchField";
import { type MessageKey, useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { RUN_STATES } from "@/states/states";
import type { GridFilters } from "./data";
import classes from "./GridPage.module.css";
import { Legend } from "./Legend";
import type { Density } from "./memory";
import { RUN_TYPES } from "./RunHeads";

interface GridToolbarProps {
  text: string;
  onText: (text: string) => void;
  filters: GridFilters;
  onFilters: (filters: GridFilters) => void;
  density: Density;
  onDensity: (density: Density) => void;
  /** Null without groups. */
  onFoldAll: ((isFolded: boolean) => void) | null;
}

const DENSITIES: Density[] = ["compact", "normal", "roomy"];

/** What the Grid shows, and how large. */
export function GridToolbar(props: GridToolbarProps) {
  const { text, onText, filters, onFilters, density, onDensity, onFoldAll } = props;
  const t = useText();
  const stateName = useStateName();
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("grid.toolbar")}>
      <SearchField label={t("grid.filterTasks")} value={text} onChange={onText} />
      <Select
        size="xs"
        w="9.5rem"
        clearable
        aria-label={t("grid.filterType")}
        placeholder={t("grid.anyType")}
        value={filters.runType || null}
        onChange={(runType) => onFilters({ ...filters, runType: runType ?? "" })}
        data={RUN_TYPES.map((value) => ({ value, label: t(`runType.${value}` as MessageKey) }))}
      />
      <Select
        size="xs"
        w="9.5rem"
        clearable
        aria-label={t("grid.filterState")}
        placeholder={t("grid.anyState")}
        value={filters.state || null}
        onChange={(state) => onFilters({ ...filters, state: state ?? "" })}
        data={RUN_STATES.map((value) => ({ value, label: stateName(value) }))}
      />
      {onFoldAll && (
        <div className={classes.folds}>
          <Fold label={t("grid.foldAll")} onClick={() => onFoldAll(true)} icon={<ChevronsDownUp size={15} />} />
          <Fold label={t("grid.openAll")} onClick={() => onFoldAll(false)} icon={<ChevronsUpDown size={15} />} />
        </div>
      )}
      <div className={classes.right}>
        <Legend />
        <SegmentedControl
          size="xs"
          aria-label={t("grid.density")}
          value={density}
          onChange={(next) => onDensity(next as Density)}
          data={DENSITIES.map((value) => ({ value, label: t(`grid.density.${value}` as MessageKey) }))}
        />
      </div>
    </div>
  );
}

function Fold({ label, onClick, icon }: { label: string; onClick: () => void; icon: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
