import { admin } from "./admin";
import { apiref } from "./apiref";
import { assets } from "./assets";
import { backfills } from "./backfills";
import { bulk } from "./bulk";
import { code } from "./code";
import { dags } from "./dags";
import { graph } from "./graph";
import { grid } from "./grid";
import { home } from "./home";
import { operating } from "./operating";
import { setup } from "./setup";
import { shell } from "./shell";
import { states } from "./states";
import { waits } from "./waits";
import { xcom } from "./xcom";

export default {
  ...shell,
  ...states,
  ...home,
  ...dags,
  ...admin,
  ...grid,
  ...graph,
  ...code,
  ...setup,
  ...xcom,
  ...assets,
  ...operating,
  ...backfills,
  ...waits,
  ...bulk,
  ...apiref,
};
