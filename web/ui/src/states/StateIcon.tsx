import {
  ArrowUpFromDot,
  CalendarClock,
  Check,
  CircleDashed,
  CirclePlay,
  CircleStop,
  FastForward,
  Hourglass,
  ListStart,
  type LucideIcon,
  Minus,
  Moon,
  RefreshCw,
  RotateCcw,
  Unplug,
  X,
} from "lucide-react";
import type { AttemptEnd, TaskState } from "./states";
import { stateColor } from "./states";

const ICONS: Record<TaskState | AttemptEnd, LucideIcon> = {
  none: CircleDashed,
  scheduled: CalendarClock,
  queued: ListStart,
  running: CirclePlay,
  success: Check,
  failed: X,
  skipped: FastForward,
  upstream_failed: ArrowUpFromDot,
  up_for_retry: RotateCcw,
  up_for_reschedule: Hourglass,
  deferred: Moon,
  restarting: RefreshCw,
  removed: Minus,
  lost: Unplug,
  interrupted: CircleStop,
};

/** The icon of a state in its colour; the words stand beside it or in the title of what holds it. */
export function StateIcon({ state, size = 14 }: { state: string; size?: number }) {
  const Icon = ICONS[state as keyof typeof ICONS] ?? CircleDashed;
  return <Icon size={size} strokeWidth={2.4} color={stateColor.ink(state)} aria-hidden style={{ flex: "none" }} />;
}
