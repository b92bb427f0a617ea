// The steps that start and test share. Each does nothing when its result is there already.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../lib/server/host/problem.mjs';
import { readText } from '../../lib/server/host/processes.mjs';
import { hashSources, oncePer } from './stamp.mjs';

/**
 * @typedef {import('./family.mjs').Family} Family
 * @typedef {(detail: string) => void} Say
 */

/** Everything that goes into the built web app. */
const APP_SOURCES = [
  ...['app', 'components', 'lib', 'workers/browser', 'public', 'proxy.ts', 'instrumentation.ts'],
  ...['next.config.js', 'postcss.config.cjs', 'tsconfig.json', 'package-lock.json', 'prisma/schema.prisma'],
];
const RUNTIME_FILES = ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** @param {string} root @returns {boolean} whether node_modules is what package-lock.json asks for */
export function dependenciesAreFresh(root) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json'); // npm writes it last
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  // A checkout touches files that it does not change.
  return readText(dependencyStamp(root)) === hashSources(root, ['package-lock.json']);
}

/** @param {string} root @param {Family} family @param {Say} say */
export async function installDependencies(root, family, say) {
  if (dependenciesAreFresh(root)) {
    say('already there');
    return;
  }
  // Not `npm ci`: it refuses a lock file that was written where the registry had no packages for other platforms. This
  // installs the locked versions too, and --no-save keeps its hands off the lock file.
  // Development dependencies build and test the app, whatever NODE_ENV the shell has.
  const flags = ['install', '--include=dev', '--no-save', '--no-audit', '--no-fund'];
  const { code, output } = await family.run(npm(), flags, { cwd: root });
  if (code !== 0) throw installFailure(output);
  writeFileSync(dependencyStamp(root), hashSources(root, ['package-lock.json']));
}

/** @param {string} root */
const dependencyStamp = (root) => join(root, 'node_modules', '.halyard-lock.sha256');

/** @param {string} output what npm said @returns {Problem} */
export function installFailure(output) {
  if (/ENOSPC|no space left/i.test(output))
    return new Problem('The disk is full: npm needs about 1.5 GB. Free some space and start again.');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/i.test(output))
    return new Problem(
      'npm cannot reach its registry: connect to the network (or set a proxy), then start again.',
    );
  const told = output.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
  return new Problem(
    `npm could not install the dependencies: ${told.slice(0, 3).join(' ') || output.slice(-300)}`,
  );
}

/** @param {string} root @param {Family} family @param {Say} say */
export async function generateClient(root, family, say) {
  const stamp = join(root, 'lib', 'server', 'db', 'generated', 'halyard-schema.sha256');
  const inputs = hashSources(root, ['prisma/schema.prisma', 'package-lock.json']);
  const done = await oncePer(stamp, inputs, async () => {
    const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
    const { code, output } = await family.run(process.execPath, [prisma, 'generate'], { cwd: root });
    if (code !== 0) throw new Problem(`prisma generate failed:\n${output.trim()}`);
  });
  if (!done) say('up to date');
}

/** The model's WebAssembly runtime is served by the app itself. @param {string} root @param {Say} say */
export function copyRuntime(root, say) {
  const source = join(root, 'node_modules', 'onnxruntime-web');
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const all = join(root, 'public', 'ort');
  const target = join(all, version);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(all)) if (name !== version) rmSync(join(all, name), { recursive: true });
  const missing = RUNTIME_FILES.filter((name) => {
    const [from, to] = [join(source, 'dist', name), join(target, name)];
    return (
      !existsSync(to) ||
      statSync(to).size !== statSync(from).size ||
      statSync(to).mtimeMs < statSync(from).mtimeMs
    );
  });
  for (const name of missing) copyFileSync(join(source, 'dist', name), join(target, name));
  say(missing.length > 0 ? `copied ${missing.join(', ')}` : 'already there');
}

/** @param {string} root @param {Family} family @param {Say} say */
export async function buildApp(root, family, say) {
  const inputs = hashSources(root, APP_SOURCES);
  const done = await oncePer(join(root, '.next', 'halyard-sources.sha256'), inputs, async () => {
    say('this takes a minute or two');
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const { code, output } = await family.run(process.execPath, [next, 'build'], { cwd: root, env });
    if (code !== 0) throw buildFailure(output);
  });
  if (!done) say('up to date');
}

/** @param {string} output @returns {Problem} */
function buildFailure(output) {
  if (/ENOSPC|no space left/i.test(output))
    return new Problem('The disk is full: the build needs about 500 MB. Free some space and start again.');
  return new Problem(`The web app could not be built:\n${output.trim().split('\n').slice(-40).join('\n')}`);
}

const npm = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm');
