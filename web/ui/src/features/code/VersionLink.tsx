import { Link } from "react-router";
import { dagAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";

interface VersionLinkProps {
  dagId: string;
  version: number | null | undefined;
  /** Hash of all the code that was laid out for it. */
  bundle?: string | null | undefined;
}

/** The version of a DAG that something ran, and the way to its code. */
export function VersionLink({ dagId, version, bundle }: VersionLinkProps) {
  const t = useText();
  if (!version) return null;
  const words = t("code.version.full", { version: String(version), bundle: (bundle ?? "").slice(0, 12) });
  return (
    <Link to={dagAddress(dagId, "code", { version: String(version) })} title={bundle ? words : undefined}>
      {t("code.version.short", { version: String(version) })}
    </Link>
  );
}
