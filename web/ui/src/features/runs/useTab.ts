import { useSearchParams } from "react-router";

/** The tab that the address names (`?tab=`), and how to change it. */
export function useTab<T extends string>(tabs: readonly T[], first: T): [T, (tab: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const named = search.get("tab");
  const tab = tabs.find((each) => each === named) ?? first;
  const change = (next: string | null) =>
    setSearch((old) => {
      const params = new URLSearchParams(old);
      params.set("tab", next ?? first);
      return params;
    });
  return [tab, change];
}
