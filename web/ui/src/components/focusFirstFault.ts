/** Where a form shows what is wrong: at a control, or at what stands around one. */
const FAULTS = '[aria-invalid="true"], [data-error] :is(input, textarea), [role="alert"]';

/** Moves the focus to the first faulty field of a form, or brings what was refused into view. */
export function focusFirstFault(form: HTMLElement | null): void {
  const fault = form?.querySelector<HTMLElement>(FAULTS);
  fault?.scrollIntoView({ block: "center" });
  fault?.focus();
}
