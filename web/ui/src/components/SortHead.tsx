import { ArrowDown, ArrowUp } from "lucide-react";
import { useText } from "@/i18n";
import classes from "./SortHead.module.css";
import { directionOf, toggledOrder } from "./sorting";

interface SortHeadProps<Order extends string> {
  label: string;
  /** The order that the first click leads to. */
  first: Order;
  order: Order;
  onChange: (order: Order) => void;
}

/** A column's head that sorts by it. */
export function SortHead<Order extends string>({ label, first, order, onChange }: SortHeadProps<Order>) {
  const t = useText();
  const direction = directionOf(order, first);
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className={classes.sort}
      title={t("dags.sort", { column: label })}
      onClick={() => onChange(toggledOrder(order, first))}
    >
      {label}
      {direction !== "none" && <Arrow size={12} aria-hidden />}
    </button>
  );
}
