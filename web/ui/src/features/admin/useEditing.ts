import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** Which row of a list is being made, changed or deleted; and how to fetch the list again after it. */
export function useEditing<T>(queryKey: QueryKey) {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [edited, setEdited] = useState<T | null>(null);
  const [deleted, setDeleted] = useState<T | null>(null);
  return {
    adding,
    edited,
    deleted,
    add: () => setAdding(true),
    edit: setEdited,
    remove: setDeleted,
    close: () => {
      setAdding(false);
      setEdited(null);
      setDeleted(null);
    },
    refresh: () => client.invalidateQueries({ queryKey }),
  };
}
