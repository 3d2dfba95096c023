/** Which rows of a list are chosen. Whoever shows some of it listens by itself: choosing a row draws no list anew. */

import { useEffect, useState, useSyncExternalStore } from "react";

export type Extent = "none" | "some" | "all";

/** The rows that are offered, and those chosen of them, by their keys. */
export class Choice {
  private offered: readonly string[] = [];
  private current: ReadonlySet<string> = new Set();
  private readonly listeners = new Set<() => void>();

  get chosen(): ReadonlySet<string> {
    return this.current;
  }

  get extent(): Extent {
    if (this.current.size === 0) return "none";
    return this.current.size === this.offered.length ? "all" : "some";
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Says which rows are there; those that have gone are no longer chosen, as nobody sees them any more. */
  offer(keys: readonly string[]): void {
    this.offered = keys;
    const there = new Set(keys);
    this.change([...this.current].filter((key) => there.has(key)));
  }

  set(key: string, isChosen: boolean): void {
    const others = [...this.current].filter((each) => each !== key);
    this.change(isChosen ? [...others, key] : others);
  }

  /** Chooses every row that is offered, or none. */
  setAll(isChosen: boolean): void {
    this.change(isChosen ? this.offered : []);
  }

  private change(keys: readonly string[]): void {
    this.current = new Set(keys);
    for (const listener of this.listeners) listener();
  }
}

/** A choice among the rows with these keys. */
export function useChoice(keys: readonly string[]): Choice {
  const [choice] = useState(() => new Choice());
  useEffect(() => choice.offer(keys), [choice, keys]);
  return choice;
}

export const useChosen = (choice: Choice): ReadonlySet<string> =>
  useSyncExternalStore(choice.subscribe, () => choice.chosen);

export const useIsChosen = (choice: Choice, key: string): boolean =>
  useSyncExternalStore(choice.subscribe, () => choice.chosen.has(key));

export const useExtent = (choice: Choice): Extent => useSyncExternalStore(choice.subscribe, () => choice.extent);
