import { useParams } from "react-router";
import { QueryView } from "@/components/QueryView";
import { useInstance } from "@/features/runs/queries";
import { MappedTask } from "@/features/task/MappedTask";
import { OneInstance } from "@/features/task/OneInstance";

/** A task in a run: one instance with its log, or all instances of a mapped task. */
export default function TaskPage() {
  const { dagId = "", runId = "", taskId = "", mapIndex } = useParams();
  const index = mapIndex !== undefined && /^\d{1,9}$/.test(mapIndex) ? Number(mapIndex) : -1;
  const query = useInstance({ dagId, runId, taskId, mapIndex: index });
  return (
    <QueryView query={query}>
      {(instance) => {
        const isWhole = index < 0 && instance.map_index >= 0;
        const key = `${runId}/${taskId}/${index}`;
        return isWhole ? (
          <MappedTask key={key} target={{ dagId, runId, taskId, mapIndex: -1 }} />
        ) : (
          <OneInstance key={key} target={{ dagId, runId, taskId, mapIndex: index }} instance={instance} />
        );
      }}
    </QueryView>
  );
}
