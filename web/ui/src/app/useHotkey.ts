import { useEffect, useRef } from "react";

const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/** Whether a key press belongs to a field that is being filled, or to the browser. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  return takesText(event.target as HTMLElement | null);
}

/** Whether an element is a field that is being filled. */
export function takesText(element: HTMLElement | null): boolean {
  return element !== null && (TYPING.has(element.tagName) || element.isContentEditable);
}

/** Calls `action` when the key is pressed outside of fields. Tell of it in the shortcuts' help. */
export function useHotkey(key: string, action: () => void): void {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== key || isTaken(event)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [key]);
}
