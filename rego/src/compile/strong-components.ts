/** The state of Tarjan's algorithm at one vertex. */
interface Visit<V> {
  readonly vertex: V;
  readonly edges: Iterator<V>;
}

/**
 * Returns the strongly connected components of a graph, each before the components that lead to it (Tarjan 1972). Uses an explicit stack
 * and takes linear time.
 */
export function strongComponents<V>(
  roots: Iterable<V>,
  edgesOf: (vertex: V) => Iterable<V>,
): readonly (readonly V[])[] {
  const found: V[][] = [];
  const index = new Map<V, number>();
  const low = new Map<V, number>();
  const open: V[] = [];
  const isOpen = new Set<V>();
  const visits: Visit<V>[] = [];

  const enter = (vertex: V): void => {
    index.set(vertex, index.size);
    low.set(vertex, index.size - 1);
    open.push(vertex);
    isOpen.add(vertex);
    visits.push({ vertex, edges: edgesOf(vertex)[Symbol.iterator]() });
  };
  const lower = (vertex: V, to: number): void => {
    low.set(vertex, Math.min(low.get(vertex) ?? to, to));
  };
  const leave = (vertex: V): void => {
    if (low.get(vertex) !== index.get(vertex)) {
      return;
    }
    const component = open.splice(open.lastIndexOf(vertex));
    component.forEach((member) => isOpen.delete(member));
    found.push(component);
  };

  for (const root of roots) {
    if (!index.has(root)) {
      enter(root);
    }
    for (let visit = visits[visits.length - 1]; visit !== undefined; visit = visits[visits.length - 1]) {
      const next = visit.edges.next();
      if (next.done === true) {
        visits.pop();
        leave(visit.vertex);
        const parent = visits[visits.length - 1];
        if (parent !== undefined) {
          lower(parent.vertex, low.get(visit.vertex) ?? 0);
        }
      } else if (!index.has(next.value)) {
        enter(next.value);
      } else if (isOpen.has(next.value)) {
        lower(visit.vertex, index.get(next.value) ?? 0);
      }
    }
  }
  return found;
}
