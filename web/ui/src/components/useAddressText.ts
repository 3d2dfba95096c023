import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** A text that the address keeps (`?name=`, "" when it has none), and how to change it. */
export function useAddressText(name: string): [string, (text: string) => void] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (text: string) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (text) after.set(name, text);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [name, setSearch],
  );
  return [search.get(name) ?? "", change];
}
