import { useParams } from "react-router";
import { CodeView } from "@/features/code/CodeView";

export default function CodePage() {
  const { dagId = "" } = useParams();
  return <CodeView key={dagId} dagId={dagId} />;
}
