interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  parameter: Node<T> | null;
  /** The value of a template whose last segment, `*name`, takes the rest of the path. */
  rest: T | undefined;
  value: T | undefined;
}

function newNode<T>(): Node<T> {
  return { fixed: new Map(), parameter: null, rest: undefined, value: undefined };
}

/**
 * Values by path template, such as `/v1/users/:id` or `/scim/v2/*path`. Of several templates that match a path, a fixed
 * segment goes before a parameter, and a parameter before an open end. Paths are compared as they were sent: case matters,
 * and so does a slash at the end.
 */
export class PathTable<T> {
  private readonly root = newNode<T>();
  /** Values of templates without parameters: most requests are for one of these, and one look is enough. */
  private readonly plain = new Map<string, T>();

  /** Returns the value at a template; `make` is called for a template that has none yet. */
  at(template: string, make: () => T): T {
    let node = this.root;
    for (const segment of segmentsOf(template)) {
      if (segment.startsWith('*')) return (node.rest ??= make());
      node = segment.startsWith(':') ? (node.parameter ??= newNode()) : childOf(node, segment);
    }
    const value = (node.value ??= make());
    if (!/\/:/.test(template)) this.plain.set(template, value);
    return value;
  }

  /** Returns the value of the template that matches a path best; `null` when none does. */
  find(path: string): T | null {
    return this.plain.get(path) ?? find(this.root, segmentsOf(path), 0) ?? null;
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.slice(1).split('/');
}

function childOf<T>(node: Node<T>, segment: string): Node<T> {
  const child = node.fixed.get(segment) ?? newNode<T>();
  node.fixed.set(segment, child);
  return child;
}

function find<T>(node: Node<T>, segments: readonly string[], at: number): T | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.value;
  const child = node.fixed.get(segment);
  const byName = child && find(child, segments, at + 1);
  if (byName !== undefined) return byName;
  const byParameter = node.parameter && segment !== '' ? find(node.parameter, segments, at + 1) : undefined;
  return byParameter ?? node.rest;
}
