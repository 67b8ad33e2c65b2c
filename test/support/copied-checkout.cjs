const { cpSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '../..');
/** The sources, and the program built from them. */
const FOLDERS = [
  'src',
  'rego',
  'test',
  'sdk',
  'sdk-react',
  'sdk-python',
  'migrations',
  'policies',
  'proto',
  'scripts',
  'deploy',
  'docs',
  'dist',
];

/**
 * Copies this checkout, as is, into an empty folder, so that changes there do not affect this one. The copy uses the packages installed in
 * this checkout, except for the repository's own packages, which link to the copy.
 */
function copyCheckout(folder) {
  const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== '.git');
  for (const name of [...FOLDERS, ...files.map((file) => file.name)]) {
    // The build compares the modification times of sources, so copies keep theirs.
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
