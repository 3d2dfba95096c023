import { Text as Words } from "@mantine/core";
import type { LeftOut } from "@/api/operatingTypes";
import { Text } from "@/i18n";
import { Time } from "@/time/Time";

/** Tells what of the range has no dates, and why. */
export function Cut({ part: { reason, bound, limit } }: { part: LeftOut }) {
  return (
    <Words fz="sm" mb="xs">
      <Text k={`backfills.preview.${reason}`} values={{ bound: <Time at={bound} />, limit: <Time at={limit} /> }} />
    </Words>
  );
}
