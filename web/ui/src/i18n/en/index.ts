import { admin } from "./admin";
import { dags } from "./dags";
import { graph } from "./graph";
import { grid } from "./grid";
import { home } from "./home";
import { shell } from "./shell";
import { states } from "./states";

export default { ...shell, ...states, ...home, ...dags, ...admin, ...grid, ...graph };
