import { SegmentedControl, Select } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useText } from "@/i18n";
import classes from "./TryLog.module.css";

const MOST_BUTTONS = 8;

/** The try that the address names (`?try=`), the newest one unless it does, and how to choose another. */
export function useTry(newest: number): [shown: number, choose: (value: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const named = Number(search.get("try"));
  const shown = Number.isInteger(named) && named >= 1 && named <= newest ? named : newest;
  const choose = (value: string | null) =>
    setSearch((old) => {
      const params = new URLSearchParams(old);
      if (value === null || Number(value) === newest) params.delete("try");
      else params.set("try", value);
      return params;
    });
  return [shown, choose];
}

/** Which try is shown; nothing where there is only one. */
export function TryChoice({
  newest,
  shown,
  choose,
}: {
  newest: number;
  shown: number;
  choose: (try_: string | null) => void;
}) {
  const t = useText();
  if (newest <= 1) return null;
  const tries = Array.from({ length: newest }, (_, at) => String(at + 1));
  const props = {
    size: "xs",
    "aria-label": t("logs.try"),
    data: tries,
    value: String(shown),
    onChange: choose,
  } as const;
  return (
    <div className={classes.tries}>
      <span>{t("logs.try")}</span>
      {newest <= MOST_BUTTONS ? <SegmentedControl {...props} /> : <Select w="6rem" {...props} />}
    </div>
  );
}
