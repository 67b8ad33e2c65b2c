/** Copies this checkout, as it is, into an empty folder: what is changed there changes nothing here. */
export function copyCheckout(folder: string): void;
