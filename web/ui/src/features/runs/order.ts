import type { GridRow, TaskInstance } from "@/api/runTypes";

/** The place of each task among the Grid's rows. */
export function placesOf(rows: readonly Pick<GridRow, "id" | "kind">[]): ReadonlyMap<string, number> {
  return new Map(rows.filter(({ kind }) => kind !== "group").map(({ id }, place) => [id, place]));
}

/** Task instances in the order of the Grid's rows, a mapped task's by index; unknown tasks stand at the end. */
export function inOrder<T extends Pick<TaskInstance, "task_id" | "map_index">>(
  instances: readonly T[],
  places: ReadonlyMap<string, number>,
): T[] {
  const placeOf = ({ task_id }: T) => places.get(task_id) ?? places.size;
  return instances.toSorted(
    (a, b) => placeOf(a) - placeOf(b) || a.task_id.localeCompare(b.task_id) || a.map_index - b.map_index,
  );
}
