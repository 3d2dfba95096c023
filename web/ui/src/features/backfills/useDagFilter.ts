import { useSearchParams } from "react-router";

/** The DAG that the address names (`?dag_id=`, "" for none), and how to change it. */
export function useDagFilter(): [string, (dagId: string) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (dagId: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (dagId) after.set("dag_id", dagId);
        else after.delete("dag_id");
        return after;
      },
      { replace: true },
    );
  return [search.get("dag_id") ?? "", change];
}
