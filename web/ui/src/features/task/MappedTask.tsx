import type { InstanceRef } from "@/api/runTypes";
import { InstanceActions } from "../actions/InstanceActions";
import { InstanceList } from "../runs/InstanceList";
import { PageHead } from "../runs/PageHead";
import classes from "../runs/PageHead.module.css";

/** All instances of a mapped task in a run. */
export function MappedTask({ target }: { target: InstanceRef }) {
  return (
    <div className={classes.page}>
      <PageHead
        title={`${target.taskId} [ ]`}
        badge={null}
        facts={null}
        actions={<InstanceActions target={target} />}
      />
      <InstanceList dagId={target.dagId} runId={target.runId} taskId={target.taskId} />
    </div>
  );
}
