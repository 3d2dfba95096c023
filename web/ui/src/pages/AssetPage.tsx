import { useParams } from "react-router";
import { AssetView } from "@/features/assets/AssetView";

export default function AssetPage() {
  const { assetId = "" } = useParams();
  return <AssetView key={assetId} assetId={assetId} />;
}
