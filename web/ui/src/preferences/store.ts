import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "auto";
export type Language = "en" | "ko";
/** In which zone times are shown: the browser's own, UTC, or a named one. */
export type Zone = "local" | "UTC";
export interface Preferences {
  theme: Theme;
  language: Language | null;
  zone: Zone;
  navigationFolded: boolean;
}

const KEY = "headway.preferences";
const DEFAULTS: Preferences = { theme: "auto", language: null, zone: "local", navigationFolded: false };
const listeners = new Set<() => void>();

function stored(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

let current = stored();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the user has chosen for this browser. */
export function preferences(): Preferences {
  return current;
}

/** Changes some choices and keeps them in this browser. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // private windows may refuse: the choice holds until the page is left
  }
  for (const listener of listeners) listener();
}

/** The user's choices; the component is drawn again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences, preferences);
}

/** The language shown: the chosen one, else the browser's, else English. */
export function languageOf(chosen: Language | null, browser: string): Language {
  return chosen ?? (browser.toLowerCase().startsWith("ko") ? "ko" : "en");
}
