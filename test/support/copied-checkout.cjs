const { cpSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '../..');
/** The sources, and the program that was built from them. */
const FOLDERS = ['src', 'rego', 'test', 'sdk', 'migrations', 'policies', 'proto', 'scripts', 'deploy', 'docs', 'dist'];

/**
 * Copies this checkout, as it is, into an empty folder: what is changed there changes nothing here. Packages are those of
 * this checkout, but for those that are part of it: they are links to the copy.
 */
function copyCheckout(folder) {
  const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== '.git');
  for (const name of [...FOLDERS, ...files.map((file) => file.name)]) {
    // The build compares the times of sources, so that copies keep theirs.
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  linkPackages(folder, 'node_modules');
}

function linkPackages(folder, place) {
  mkdirSync(path.join(folder, place));
  for (const name of readdirSync(path.join(root, place))) {
    const from = path.join(root, place, name);
    if (name === '@coresdk' || name === '@cpod') linkPackages(folder, path.join(place, name));
    else symlinkSync(lstatSync(from).isSymbolicLink() ? readlinkSync(from) : from, path.join(folder, place, name));
  }
}

module.exports = { copyCheckout };
