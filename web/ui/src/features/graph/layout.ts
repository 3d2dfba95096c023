/**
 * Where the boxes of a drawing go. Each group is laid out by itself and then stands as one box in the group around it,
 * so boxes of different groups cannot overlap. Lines that cross a group's border get a lane of their own to the border.
 */

import { layout as dagre, Graph } from "@dagrejs/dagre";

import type { Box, Drawing, Line } from "./model";

export type Direction = "LR" | "TB";

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export type Place = Point & Size;

/** Absolute places of boxes (top left corner) and the points that lines run through, from source to target. */
export interface Placed {
  boxes: Record<string, Place>;
  lines: Record<string, { points: Point[]; label: Point | null }>;
  size: Size;
}

export interface Sizes {
  task: Size;
  folded: Size;
  /** Room inside an open group: at the sides and, for its title, above. */
  padding: number;
  title: number;
  /** The width of an edge label's letter. */
  letter: number;
}

export const SIZES: Sizes = {
  task: { width: 216, height: 64 },
  folded: { width: 216, height: 64 },
  padding: 16,
  title: 34,
  letter: 7,
};

const IN = "\u0000in";
const OUT = "\u0000out";
/** dagre's best ranking is slow on large graphs; the next one looks almost as good. */
const SLOW_ABOVE = 150;

const LIGHT = "\u0000light";
const GAP = 20;
/** How much wider than high a screen is. */
const SCREEN = 1.6;

interface Lane {
  points: Point[];
  label: Point | null;
}

/** One group's own layout, with its corner at 0, 0. */
interface Level {
  boxes: Map<string, Place>;
  lanes: Map<string, Lane>;
  size: Size;
}

/** Lays a drawing out. Pure: the same drawing always looks the same. */
export function layout(drawing: Drawing, direction: Direction, sizes: Sizes = SIZES): Placed {
  return new Layout(drawing, direction, sizes).run();
}

class Layout {
  private readonly children = new Map<string, Box[]>();
  private readonly levels = new Map<string, Level>();
  /** The boxes from the DAG itself ("") down to a box, the box included. */
  private readonly paths = new Map<string, string[]>();
  /** The lines that each level (an open group, or "" for the DAG) has to lead through it. */
  private readonly crossing = new Map<string, Line[]>();

  constructor(
    private readonly drawing: Drawing,
    private readonly direction: Direction,
    private readonly sizes: Sizes,
  ) {
    const parents = new Map(drawing.boxes.map((box) => [box.id, box.parent]));
    for (const box of drawing.boxes) {
      push(this.children, box.parent, box);
      this.paths.set(box.id, pathTo(box.id, parents));
    }
    for (const line of drawing.lines) for (const level of this.levelsOf(line)) push(this.crossing, level, line);
  }

  run(): Placed {
    const boxes: Record<string, Place> = {};
    const { size } = this.level("");
    this.place("", { x: 0, y: 0 }, boxes);
    const lines = Object.fromEntries(this.drawing.lines.map((line) => [line.id, this.route(line, boxes)]));
    return { boxes, lines, size };
  }

  private path(id: string): string[] {
    return this.paths.get(id) ?? [];
  }

  /** All levels between a line's ends, from that of the source up to the one that they share and down to the target's. */
  private levelsOf(line: Line): string[] {
    const [source, target] = [this.path(line.source), this.path(line.target)];
    const shared = sharedLength(source, target);
    return [...source.slice(shared, -1).reverse(), source[shared - 1] ?? "", ...target.slice(shared, -1)];
  }

  private level(id: string): Level {
    const ready = this.levels.get(id);
    if (ready) return ready;
    const made = this.arrange(id);
    this.levels.set(id, made);
    return made;
  }

  private sizeOf(box: Box): Size {
    if (box.kind !== "group") return { ...this.sizes[box.kind], ...(box.width && { width: box.width }) };
    const { width, height } = this.level(box.id).size;
    const { padding, title } = this.sizes;
    return { width: Math.max(width, this.sizes.folded.width) + 2 * padding, height: height + padding + title };
  }

  private arrange(id: string): Level {
    const children = this.children.get(id) ?? [];
    const lines = this.crossing.get(id) ?? [];
    const touched = new Set(lines.flatMap((line) => this.endsAt(id, line)));
    const [tied, loose] = split(children, (box) => touched.has(box.id));
    const level = this.arrangeTied(id, tied, lines);
    return addLoose(
      level,
      loose.map((box) => ({ id: box.id, ...this.sizeOf(box) })),
      this.direction,
    );
  }

  /** What a line connects at a level: boxes in it, or its border where the line comes from or goes outside. */
  private endsAt(id: string, line: Line): [string, string] {
    const child = (path: string[]) => (path.includes(id) ? path[path.indexOf(id) + 1] : undefined);
    return [child(this.path(line.source)) ?? IN, child(this.path(line.target)) ?? OUT];
  }

  private arrangeTied(id: string, boxes: Box[], lines: Line[]): Level {
    const graph = new Graph({ multigraph: true });
    graph.setGraph({
      rankdir: this.direction,
      nodesep: 20,
      edgesep: 12,
      ranksep: this.direction === "LR" ? 56 : 44,
      ranker: boxes.length > SLOW_ABOVE ? "tight-tree" : "network-simplex",
    });
    for (const box of boxes) graph.setNode(box.id, { ...this.sizeOf(box) });
    for (const line of lines) {
      const [source, target] = this.endsAt(id, line);
      for (const end of [source, target]) if (end === IN || end === OUT) graph.setNode(end, { width: 1, height: 1 });
      graph.setEdge(source, target, this.labelRoom(id, line), line.id);
    }
    keepBordersOutside(graph);
    dagre(graph);
    return readLevel(graph, boxes, lines, (line) => this.endsAt(id, line));
  }

  /** A label stands at the level where both ends of the line are apart. */
  private labelRoom(id: string, line: Line): Record<string, unknown> {
    const [source, target] = this.endsAt(id, line);
    if (!line.label || source === IN || target === OUT) return {};
    return { width: line.label.length * this.sizes.letter + 16, height: 22, labelpos: "c" };
  }

  private place(id: string, corner: Point, into: Record<string, Place>): void {
    const { padding, title } = this.sizes;
    for (const box of this.children.get(id) ?? []) {
      const local = this.level(id).boxes.get(box.id);
      if (!local) continue;
      const place = { ...local, x: corner.x + local.x, y: corner.y + local.y };
      into[box.id] = place;
      if (box.kind === "group") this.place(box.id, { x: place.x + padding, y: place.y + title }, into);
    }
  }

  private route(line: Line, boxes: Record<string, Place>): { points: Point[]; label: Point | null } {
    const points: Point[] = [];
    let label: Point | null = null;
    for (const id of this.levelsOf(line)) {
      const lane = this.level(id).lanes.get(line.id);
      if (!lane) continue;
      const corner = this.inner(id, boxes);
      points.push(...lane.points.map((point) => moved(point, corner)));
      if (lane.label) label = moved(lane.label, corner);
    }
    return { points: [this.port(boxes[line.source], "out"), ...points, this.port(boxes[line.target], "in")], label };
  }

  /** Where the content of a level begins. */
  private inner(id: string, boxes: Record<string, Place>): Point {
    const place = boxes[id];
    return place ? { x: place.x + this.sizes.padding, y: place.y + this.sizes.title } : { x: 0, y: 0 };
  }

  /** The middle of the side at which lines leave or reach a box. */
  private port(place: Place | undefined, side: "in" | "out"): Point {
    const { x, y, width, height } = place ?? { x: 0, y: 0, width: 0, height: 0 };
    return this.direction === "LR"
      ? { x: side === "in" ? x : x + width, y: y + height / 2 }
      : { x: x + width / 2, y: side === "in" ? y : y + height };
  }
}

/** Lines to and from the border lead to its sides: everything else stands between, which light lines see to. */
function keepBordersOutside(graph: Graph): void {
  const inner = graph.nodes().filter((id) => id !== IN && id !== OUT);
  const light = { weight: 0 };
  if (graph.hasNode(IN))
    for (const id of inner.filter((each) => !graph.predecessors(each)?.length))
      graph.setEdge(IN, id, { ...light }, LIGHT);
  if (graph.hasNode(OUT))
    for (const id of inner.filter((each) => !graph.successors(each)?.length))
      graph.setEdge(id, OUT, { ...light }, LIGHT);
}

function readLevel(graph: Graph, boxes: Box[], lines: Line[], endsAt: (line: Line) => [string, string]): Level {
  const places = new Map<string, Place>();
  for (const { id } of boxes) {
    const { x, y, width, height } = graph.node(id);
    places.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  const lanes = new Map<string, Lane>();
  for (const line of lines) {
    const { points, x, y } = graph.edge(...endsAt(line), line.id);
    const label = line.label && x !== undefined ? { x, y } : null;
    const inner = (points ?? []).slice(1, -1).map(({ x, y }: Point) => ({ x, y }));
    lanes.set(line.id, { points: inner.length > 1 || label ? inner : [], label });
  }
  return fromCorner({ boxes: places, lanes, size: { width: 0, height: 0 } });
}

/** Moves a level so that its boxes begin at 0, 0, and measures it. */
function fromCorner(level: Level): Level {
  const places = [...level.boxes.values()];
  const labels = [...level.lanes.values()].flatMap((lane) => lane.points);
  const [x, y] = [least([...places, ...labels], "x"), least([...places, ...labels], "y")];
  const boxes = new Map([...level.boxes].map(([id, place]) => [id, { ...place, x: place.x - x, y: place.y - y }]));
  const back = { x: -x, y: -y };
  const lanes = new Map(
    [...level.lanes].map(([id, { points, label }]) => [
      id,
      { points: points.map((point) => moved(point, back)), label: label && moved(label, back) },
    ]),
  );
  const size = {
    width: Math.max(0, ...places.map((place) => place.x - x + place.width), ...labels.map((point) => point.x - x)),
    height: Math.max(0, ...places.map((place) => place.y - y + place.height), ...labels.map((point) => point.y - y)),
  };
  return { boxes, lanes, size };
}

/** Boxes without any line stand in rows after all others, the whole about as wide as a screen. */
function addLoose(level: Level, loose: ({ id: string } & Size)[], direction: Direction): Level {
  if (!loose.length) return level;
  const area = loose.reduce((sum, box) => sum + (box.width + GAP) * (box.height + GAP), 0);
  const wide = Math.max(level.size.width, Math.sqrt(area * SCREEN), direction === "LR" ? 0 : 1);
  const boxes = new Map(level.boxes);
  let [x, y, row] = [0, level.boxes.size ? level.size.height + 2 * GAP : 0, 0];
  let right = level.size.width;
  for (const { id, width, height } of loose) {
    if (x > 0 && x + width > wide) [x, y, row] = [0, y + row + GAP, 0];
    boxes.set(id, { x, y, width, height });
    right = Math.max(right, x + width);
    [x, row] = [x + width + GAP, Math.max(row, height)];
  }
  return { boxes, lanes: level.lanes, size: { width: right, height: y + row } };
}

function pathTo(id: string, parents: Map<string, string>): string[] {
  const path = [id];
  for (let at = parents.get(id) ?? ""; at; at = parents.get(at) ?? "") path.unshift(at);
  return ["", ...path];
}

/** How many boxes from the top two paths have in common. */
function sharedLength(one: string[], other: string[]): number {
  const apart = one.findIndex((id, index) => id !== other[index]);
  return apart < 0 ? Math.min(one.length, other.length) : apart;
}

function split<T>(values: T[], chosen: (value: T) => boolean): [T[], T[]] {
  return [values.filter(chosen), values.filter((value) => !chosen(value))];
}

function push<T>(into: Map<string, T[]>, key: string, value: T): void {
  const there = into.get(key);
  if (there) there.push(value);
  else into.set(key, [value]);
}

const moved = (point: Point, by: Point): Point => ({ x: point.x + by.x, y: point.y + by.y });

const least = (points: Point[], axis: "x" | "y"): number =>
  points.reduce((low, point) => Math.min(low, point[axis]), Infinity);
