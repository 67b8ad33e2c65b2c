/** Copies this checkout, as is, into an empty folder, so that changes there do not affect this checkout. */
export function copyCheckout(folder: string): void;
