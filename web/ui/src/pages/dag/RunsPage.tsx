import { useParams } from "react-router";
import { RunList } from "@/features/dagRuns/RunList";

/** All runs of a DAG, the newest first. */
export default function RunsPage() {
  const { dagId = "" } = useParams();
  return <RunList dagId={dagId} />;
}
