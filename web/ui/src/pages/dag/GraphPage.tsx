import { useParams } from "react-router";
import { GraphView } from "@/features/graph/GraphView";

export default function GraphPage() {
  const { dagId = "" } = useParams();
  return <GraphView key={dagId} dagId={dagId} />;
}
