/** Answers that are sent again and again, with their bytes once they have been encoded. */
const prepared = new WeakMap<object, Buffer | null>();

/** Marks an answer that never changes from here on: it is encoded once. */
export function prepare<Answer extends object>(answer: Answer): Answer {
  prepared.set(answer, null);
  return answer;
}

/** A serialiser that encodes prepared answers once. */
export function encodeOnce<Answer extends object>(encode: (answer: Answer) => Buffer): (answer: Answer) => Buffer {
  return (answer) => {
    const known = prepared.get(answer);
    if (known === undefined) return encode(answer);
    if (known !== null) return known;
    const bytes = encode(answer);
    prepared.set(answer, bytes);
    return bytes;
  };
}
