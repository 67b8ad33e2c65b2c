export type Surface = 'backend' | 'control-plane';

/** Which document the surface at an origin is held to. */
const surfaces = new Map<string, Surface>();

/** From now on the answers of this origin are held to the document of its surface, whoever in this test file asks. */
export function holdToDocument(url: string, surface: Surface): void {
  surfaces.set(new URL(url).origin, surface);
}

/** Forgets the surfaces of the test file before, whose ports may be another server's by now. */
export function forgetSurfaces(): void {
  surfaces.clear();
}

/** The surface that answers at a URL; `undefined` where none is held to its document. */
export function heldSurface(url: string): Surface | undefined {
  return surfaces.size === 0 ? undefined : surfaces.get(new URL(url).origin);
}
