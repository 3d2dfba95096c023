import { type ChangeEvent, useState } from "react";

/** The values of a form while it is being filled: read them, change some, bind one to a text field. */
export function useDraft<T extends object>(initial: T) {
  const [draft, setDraft] = useState(initial);
  const set = (change: Partial<T>) => setDraft((before) => ({ ...before, ...change }));
  const bind = <K extends keyof T>(name: K) => ({
    value: draft[name] as string,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set({ [name]: event.currentTarget.value } as unknown as Partial<T>),
  });
  return { draft, set, bind };
}
