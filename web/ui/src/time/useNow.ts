import { useSyncExternalStore } from "react";

/** One clock for the whole page: components that show relative times tick together, once a second or once in ten. */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private now = Date.now();

  constructor(private readonly step: number) {}

  readonly read = (): number => this.now;

  readonly subscribe = (listener: () => void): (() => void) => {
    // A clock that nobody listened to has stood still.
    if (this.timer === undefined) this.now = Date.now();
    this.listeners.add(listener);
    this.timer ??= setInterval(this.tick, this.step);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  private readonly tick = (): void => {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  };
}

const clocks = { second: new Clock(1_000), slow: new Clock(10_000) };

/** The present moment in milliseconds, renewed each second (`second`) or every ten (`slow`). */
export function useNow(pace: "second" | "slow" = "slow"): number {
  const clock = clocks[pace];
  return useSyncExternalStore(clock.subscribe, clock.read);
}
