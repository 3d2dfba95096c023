import { Anchor, Text as Words } from "@mantine/core";
import { Check, Hourglass } from "lucide-react";
import { Link } from "react-router";
import { dagAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import classes from "./Assets.module.css";
import { useWaiting } from "./queries";

/** The DAGs that wait for an asset, each with all that it waits for and what of it has come. */
export function WaitingList({ dags }: { dags: string[] }) {
  const t = useText();
  if (!dags.length)
    return (
      <Words fz="sm" c="dimmed">
        {t("assets.waiting.none")}
      </Words>
    );
  return (
    <ul className={classes.waiting}>
      {dags.map((dagId) => (
        <WaitingDag key={dagId} dagId={dagId} />
      ))}
    </ul>
  );
}

function WaitingDag({ dagId }: { dagId: string }) {
  const t = useText();
  const waiting = useWaiting(dagId);
  return (
    <li>
      <Anchor component={Link} to={dagAddress(dagId, "grid")} fw={600} fz="sm">
        {dagId}
      </Anchor>
      {waiting.data?.assets.map(({ kind, name, arrived }) => (
        <span key={`${kind}:${name}`} className={classes.awaited} data-arrived={arrived || undefined}>
          {arrived ? <Check size={14} aria-hidden /> : <Hourglass size={13} aria-hidden />}
          {name} {t(arrived ? "assets.waiting.arrived" : "assets.waiting.missing")}
        </span>
      ))}
    </li>
  );
}
