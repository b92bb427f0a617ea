import { join, resolve } from 'node:path';

/**
 * Where everything of one installation lives. Nothing is created by asking.
 * @param {string} root the checkout
 * @param {string} [home] HALYARD_HOME; by default `.halyard` in the checkout
 */
export function foldersOf(root, home) {
  // Turbopack would take the folder for part of the app and fail on the links out of it in the Python environments.
  const base = home
    ? resolve(/* turbopackIgnore: true */ root, home)
    : join(/* turbopackIgnore: true */ root, '.halyard');
  return Object.freeze({
    root,
    home: base,
    /** The embedded Postgres: data, log, leases, state. */
    postgres: join(base, 'pg'),
    /** Python environment that only brings the Postgres binaries, so that the app never waits for the trainer's. */
    postgresEnv: join(base, 'venv-pg'),
    /** Python environment of the trainer (PyTorch), made in the background. */
    trainerEnv: join(base, 'venv-train'),
    /** How far the trainer's environment is: `{ state, message, startedAt, finishedAt }`. */
    trainerEnvStatus: join(base, 'trainer-env.json'),
    /** Who trains on which device of which machine. */
    trainingSlots: join(base, 'training'),
    secrets: join(base, 'secrets.json'),
    storage: join(base, 'storage'),
    bars: join(base, 'data', 'bars'),
    logs: join(base, 'logs'),
    backups: join(base, 'backups'),
    /** For which database `npm start` made the demo universe. */
    demoStamp: join(base, 'demo.sha256'),
    /** The running `npm start` and its children. */
    running: join(base, 'running.json'),
    migrations: join(root, 'prisma', 'migrations'),
  });
}
