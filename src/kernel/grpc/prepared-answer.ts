/** Changes the bytes of an answer. */
type Rewrite = (bytes: Buffer) => Buffer;

/** Answers that are encoded once, with their bytes as soon as they are known; and answers whose bytes are changed. */
const known = new WeakMap<object, Buffer | Rewrite | null>();

/** Marks an answer that never changes from here on: it is encoded once. */
export function prepare<Answer extends object>(answer: Answer): Answer {
  known.set(answer, null);
  return answer;
}

/** Returns a copy of an answer whose bytes are rewritten after it is encoded. Applied twice, both changes are made in turn. */
export function rewrittenAnswer<Answer extends object>(answer: Answer, rewrite: Rewrite): Answer {
  const earlier = known.get(answer);
  const copy = { ...answer };
  known.set(copy, typeof earlier === 'function' ? (bytes) => rewrite(earlier(bytes)) : rewrite);
  return copy;
}

/** Returns a serializer that encodes prepared answers once and rewrites the bytes of rewritten ones. */
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
