/** Changes the bytes of a response. */
type Rewrite = (bytes: Buffer) => Buffer;

/** Responses that are encoded once, with their bytes if known, and responses whose bytes are rewritten. */
const known = new WeakMap<object, Buffer | Rewrite | null>();

/** Marks a response that will not change from now on, so that it is encoded only once. */
export function prepare<Answer extends object>(answer: Answer): Answer {
  known.set(answer, null);
  return answer;
}

/** Returns a copy of a response whose bytes are rewritten after encoding. If applied twice, both changes apply in order. */
export function rewrittenAnswer<Answer extends object>(answer: Answer, rewrite: Rewrite): Answer {
  const earlier = known.get(answer);
  const copy = { ...answer };
  known.set(copy, typeof earlier === 'function' ? (bytes) => rewrite(earlier(bytes)) : rewrite);
  return copy;
}

/** Returns a serializer that encodes each prepared response once and rewrites the bytes of rewritten responses. */
export function answerSerializer<Answer extends object>(
  encode: (answer: Answer) => Buffer,
): (answer: Answer) => Buffer {
  return (answer) => {
    const bytes = known.get(answer);
    if (bytes === undefined) return encode(answer);
    if (typeof bytes === 'function') return bytes(encode(answer));
    if (bytes !== null) return bytes;
    const encoded = encode(answer);
    known.set(answer, encoded);
    return encoded;
  };
}
