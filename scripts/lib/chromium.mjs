import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns {boolean} whether end-to-end tests have a browser: the system's, or the one that Playwright downloaded */
export function hasChromium(path = process.env.PATH ?? '') {
  const onPath = path
    .split(delimiter)
    .some((folder) => NAMES.some((name) => isExecutable(join(folder, name))));
  return onPath || playwrightFolders().some((folder) => holdsChromium(folder));
}

function playwrightFolders() {
  const home = homedir();
  const chosen = process.env.PLAYWRIGHT_BROWSERS_PATH;
  const usual = ['.cache/ms-playwright', 'Library/Caches/ms-playwright', 'AppData/Local/ms-playwright'];
  return chosen ? [chosen] : usual.map((name) => join(home, name));
}

/** @param {string} folder */
function holdsChromium(folder) {
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('chromium'));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
