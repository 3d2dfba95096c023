import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { focusFirstFault } from "./focusFirstFault";

/** The form's reference, and what is to be called when it was refused: then the first faulty field has the focus. */
export function useFaultFocus(): [RefObject<HTMLFormElement | null>, () => void] {
  const form = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals === 0) return;
    const timer = setTimeout(() => focusFirstFault(form.current)); // what a mutation failed with is drawn a moment later
    return () => clearTimeout(timer);
  }, [refusals]);
  return [form, useCallback(() => setRefusals((before) => before + 1), [])];
}
