import { type RefObject, useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { takesText } from "./useHotkey";

/**
 * After a change of the page the focus goes to its heading, or to `main` while there is none, so that Tab goes on from
 * there. Where the focus is in what stays of the page (a tab that was chosen, a field that took it) it is left alone,
 * and in a field outside of it, too: somebody has begun to type there before the page had come.
 */
export function useFocusOnPage(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const { current: page } = main;
    if (page && !hasFocusWithin(page) && !takesText(document.activeElement as HTMLElement | null)) focusPage(page);
  }, [pathname, main]);
}

const hasFocusWithin = (page: HTMLElement) => document.activeElement !== page && page.contains(document.activeElement);

function focusPage(page: HTMLElement): void {
  const heading = page.querySelector<HTMLElement>("h1");
  if (heading) heading.tabIndex = -1;
  (heading ?? page).focus({ preventScroll: true });
}
