/**
 * Matches an image reference: host, path, tag and digest (github.com/distribution/reference). Engines also accept transports such as
 * `dir:/etc`, which this pattern excludes.
 */
const REFERENCE =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;

export function isImageReference(image: string): boolean {
  return image.length <= 512 && REFERENCE.test(image);
}

/** Returns the strings that do not have the form `kind=image`. */
export function faultyDefaults(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => {
    const equals = text.indexOf('=');
    return equals < 1 || !isImageReference(text.slice(equals + 1));
  });
}
