export type Surface = 'backend' | 'control-plane';

/** The surface whose document applies at an origin. */
const surfaces = new Map<string, Surface>();

/** From now on, checks this origin's responses to any request in this test file against the document of its surface. */
export function holdToDocument(url: string, surface: Surface): void {
  surfaces.set(new URL(url).origin, surface);
}

/** Forgets the surfaces of the previous test file, because other servers might use their ports now. */
export function forgetSurfaces(): void {
  surfaces.clear();
}

/** Returns the surface at a URL; `undefined` if its responses are not checked against a document. */
export function heldSurface(url: string): Surface | undefined {
  return surfaces.size === 0 ? undefined : surfaces.get(new URL(url).origin);
}
