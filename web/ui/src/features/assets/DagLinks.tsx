import { Anchor, Text as Words } from "@mantine/core";
import { Fragment } from "react";
import { Link } from "react-router";
import { dagAddress } from "@/features/runs/addresses";

/** Names of DAGs that lead to their graphs; each once. */
export function DagLinks({ dags, none }: { dags: string[]; none: string }) {
  const names = [...new Set(dags)];
  if (!names.length)
    return (
      <Words fz="sm" c="dimmed" component="span">
        {none}
      </Words>
    );
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ", "}
          <Anchor component={Link} to={dagAddress(name, "grid")} fz="sm">
            {name}
          </Anchor>
        </Fragment>
      ))}
    </span>
  );
}
