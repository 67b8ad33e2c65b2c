import type { WorkflowStep } from '../contract/workflow-definition.types';
import { graphOf } from './graph';

type Drawn = Pick<WorkflowStep, 'id' | 'type' | 'dependsOn'>;

/** The states of steps, by id. A missing step is `pending`. */
export type States = ReadonlyMap<string, string>;

const COLORS: Readonly<Record<string, string>> = {
  pending: '#e5e7eb',
  running: '#bfdbfe',
  waiting: '#fde68a',
  succeeded: '#bbf7d0',
  failed: '#fecaca',
  skipped: '#f3f4f6',
};
const WIDTH = 180;
const HEIGHT = 44;
const GAP_X = 60;
const GAP_Y = 20;

/**
 * Returns the graph as Mermaid text. Ids consist of letters, digits, "_" and "-", so they do not need escaping. They need a prefix, because
 * "end" is a Mermaid keyword.
 */
export function mermaidOf(steps: readonly Drawn[], states: States): string {
  const nodes = steps.map(({ id, type }) => `  s_${id}["${id} · ${type}"]:::${states.get(id) ?? 'pending'}`);
  const edges = steps.flatMap(({ id, dependsOn }) => dependsOn.map((name) => `  s_${name} --> s_${id}`));
  const classes = Object.entries(COLORS).map(([state, color]) => `  classDef ${state} fill:${color},stroke:#6b7280`);
  return ['flowchart LR', ...nodes, ...edges, ...classes].join('\n');
}

/** Returns the graph as SVG, with one column for each layer, from left to right. The SVG does not load resources or contain scripts. */
export function svgOf(steps: readonly Drawn[], states: States): string {
  const places = placesOf(steps);
  const columns = Math.max(...[...places.values()].map(({ column }) => column)) + 1;
  const rows = Math.max(...[...places.values()].map(({ row }) => row)) + 1;
  const [width, height] = [columns * (WIDTH + GAP_X) + GAP_X, rows * (HEIGHT + GAP_Y) + GAP_Y];
  const edges = steps.flatMap(({ id, dependsOn }) => dependsOn.map((name) => edge(places.get(name), places.get(id))));
  const boxes = steps.map(({ id, type }) => {
    const { x, y } = at(places.get(id));
    const state = states.get(id) ?? 'pending';
    return (
      `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6" fill="${COLORS[state] ?? '#fff'}" stroke="#6b7280"/>` +
      `<text x="${x + 10}" y="${y + 19}">${shortened(id)}</text>` +
      `<text x="${x + 10}" y="${y + 35}" font-size="10" fill="#4b5563">${type} · ${state}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Graph of the steps" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="13">${edges.join('')}${boxes.join('')}</svg>`
  );
}

interface Placed {
  readonly column: number;
  readonly row: number;
}

function placesOf(steps: readonly Drawn[]): ReadonlyMap<string, Placed> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const places = new Map<string, Placed>();
  const rows = new Map<number, number>();
  for (const id of graphOf(steps).order) {
    const columns = (byId.get(id)?.dependsOn ?? []).map((name) => (places.get(name)?.column ?? -1) + 1);
    const column = Math.max(0, ...columns);
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    places.set(id, { column, row });
  }
  return places;
}

function at(placed: Placed | undefined): { readonly x: number; readonly y: number } {
  const { column, row } = placed ?? { column: 0, row: 0 };
  return { x: GAP_X + column * (WIDTH + GAP_X), y: GAP_Y + row * (HEIGHT + GAP_Y) };
}

function edge(from: Placed | undefined, to: Placed | undefined): string {
  const [a, b] = [at(from), at(to)];
  const [x1, y1, x2, y2] = [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `<path d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}" fill="none" stroke="#9ca3af"/>`;
}

function shortened(id: string): string {
  const shown = id.length > 22 ? `${id.slice(0, 21)}…` : id;
  // A valid id does not need escaping, but a definition can come from an archive.
  return shown.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
